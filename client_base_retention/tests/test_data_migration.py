"""Regulations of the version before said in names of fields what a full card has."""

from importlib.util import module_from_spec, spec_from_file_location

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, file_path

from .common import NOON
from .test_data_completeness import DataCase

SCRIPT = "client_base_retention/migrations/19.0.0.5.0/post-data.py"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestDataMigration(DataCase):
    def migrate(self):
        spec = spec_from_file_location("post_data", file_path(SCRIPT))
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        self.env.flush_all()
        script.migrate(self.env.cr, "19.0.0.4.0")
        self.env.invalidate_all()

    def old(self, name, said):
        """A regulation as the version before kept it."""
        policy = self.env["client.policy"].create({"name": name})
        policy.data_requirement_ids.unlink()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE client_policy SET required_fields = %s WHERE id = %s",
                said,
                policy.id,
            )
        )
        return policy

    def test_words_become_requirements(self):
        self.env.cr.execute(
            "ALTER TABLE client_policy ADD COLUMN IF NOT EXISTS required_fields varchar"
        )
        default = self.policy.required_fields
        policies = {
            self.old(said or "none", said): asked
            for said, asked in (
                ("phone,child_ids,source_id,segment_id", "phone,source,segment,person"),
                (
                    "name,child_ids,child_ids.birthdate_date,phone,email,street",
                    "phone,email,address,person,person_birthday",
                ),
                ("birthdate_date, child_ids.birthdate_date", "person_birthday"),
                ("name,gender", ""),
                ("", default),
                (None, default),
            )
        }
        self.ask("website:vip")
        for _time in range(2):
            self.migrate()
            for policy, asked in policies.items():
                with self.subTest(policy.name):
                    self.assertEqual(policy.required_fields, asked)
            self.assertEqual(self.policy.required_fields, "website:vip")
        runs = self.env["client.derive.run"].search([("state", "!=", "done")])
        self.assertIn(self.company, runs.company_id)

    def test_without_the_column(self):
        """A database made by this version, whose regulation asks for nothing."""
        self.policy.data_requirement_ids.unlink()
        kept = self.env["client.policy"]._preset_of("wholesale").sudo().required_fields
        self.migrate()
        self.assertTrue(self.policy.required_fields)
        preset = self.env["client.policy"]._preset_of("wholesale").sudo()
        self.assertEqual(preset.required_fields, kept)
