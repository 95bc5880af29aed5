"""Odoo's own module test_lint, run on the addon instead of on all of Odoo's files."""

from unittest.mock import patch

from odoo.modules import Manifest

from odoo.addons.test_lint.tests import (
    test_docstring,
    test_dunderinit,
    test_i18n,
    test_index,
    test_jstranslate,
    test_manifests,
    test_markers,
    test_naming,
    test_onchange_domains,
    test_orm_import,
    test_override_signatures,
    test_pofile,
    test_routes,
    test_test_holes,
)

MODULE = "client_base_retention"


class OnlyOurFiles:
    """Linters that walk the files of all addons see this one addon only."""

    def setUp(self):
        super().setUp()
        manifest = Manifest.for_addon(MODULE)
        self.assertTrue(manifest, f"{MODULE} is not on the addons path")
        for target, name, value in (
            (Manifest, "all_addon_manifests", staticmethod(lambda: [manifest])),
            (test_pofile, "get_modules", lambda: [MODULE]),
        ):
            patcher = patch.object(target, name, value)
            patcher.start()
            self.addCleanup(patcher.stop)


class TestDunderinit(OnlyOurFiles, test_dunderinit.TestDunderinit):
    pass


class TestI18n(OnlyOurFiles, test_i18n.TestI18n):
    pass


class TestJsTranslations(OnlyOurFiles, test_jstranslate.TestJsTranslations):
    pass


class TestManifests(OnlyOurFiles, test_manifests.ManifestLinter):
    def test_manifests(self):
        # Some of its findings are warnings only.
        with self.assertNoLogs(test_manifests._logger, "WARNING"):
            super().test_manifests()


class TestMarkers(OnlyOurFiles, test_markers.TestConflictMarkers):
    pass


class TestOnchangeDomains(OnlyOurFiles, test_onchange_domains.TestOnchangeDomains):
    pass


class TestOrmImport(OnlyOurFiles, test_orm_import.TestDunderinit):
    pass


class TestPot(OnlyOurFiles, test_pofile.PotLinter):
    pass


class TestTestHoles(OnlyOurFiles, test_test_holes.TestTestHoles):
    pass


# These look at the registry, so at every installed module.


class TestDocstring(test_docstring.TestDocstring):
    pass


class TestIndex(test_index.TestIndex):
    pass


class TestNaming(test_naming.TestNaming):
    pass


class TestOverrideSignatures(test_override_signatures.TestLintOverrideSignatures):
    pass


class TestRoutes(test_routes.RoutesLinter):
    pass
