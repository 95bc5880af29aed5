"""What the tests of the copy of the base share."""

import base64
import io
import re
from zipfile import ZipFile

from openpyxl import load_workbook

from odoo.service.model import call_kw

from odoo.addons.client_base_retention.controllers.client_base_copy import archive

from .common import (
    RIGHT_EXPORT,
    ROLE_ALL,
    ROLE_HEAD,
    ROLE_STEWARD,
    SALES,
    ClientBaseCommon,
)

UNDER_WAY = ("waiting", "sheets", "folder")


class CopyCommon(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        both = f"{SALES},{RIGHT_EXPORT}"
        cls.head = cls.make_user("cp_head", f"{ROLE_HEAD},{both}")
        cls.steward = cls.make_user("cp_steward", f"{ROLE_STEWARD},{both}")
        cls.seller = cls.make_user("cp_seller", f"{ROLE_ALL},{SALES}")

    def ask(self, user=None, company=None):
        copies = self.env["client.base.copy"].with_user(user or self.head)
        copies = copies.with_company(company or self.company)
        # As the button of the list calls it.
        action = call_kw(copies, "action_make", [[]], {})
        return self.env["client.base.copy"].browse(action["res_id"])

    def finish(self, copy):
        """Let the scheduled action work, without its commits."""
        for _step in range(1000):
            if copy.state not in UNDER_WAY:
                return copy
            copy._step()
        raise AssertionError("The copy does not come to an end")

    def make(self, user=None, company=None):
        return self.finish(self.ask(user, company))

    def files(self, copy):
        """{path: bytes} of the archive as it is fetched."""
        self.env.invalidate_all()
        parts = [(part.path, base64.b64decode(part.file)) for part in copy.part_ids]
        data = b"".join(archive(parts, (2025, 6, 15, 12, 0, 0)))
        with ZipFile(io.BytesIO(data)) as book:
            self.assertIsNone(book.testzip())
            return {name: book.read(name) for name in book.namelist()}

    def rows(self, content):
        """[{column: value}] of a sheet."""
        lines = load_workbook(io.BytesIO(content))["data"].iter_rows(values_only=True)
        columns = next(lines)
        return [dict(zip(columns, line, strict=True)) for line in lines]

    def sheet(self, files, name):
        """The rows of a sheet, of all its parts."""
        wanted = re.compile(rf"(sheets/\d\d-|reading/){name}(-\d+)?\.xlsx")
        paths = filter(wanted.fullmatch, files)
        return [row for path in paths for row in self.rows(files[path])]
