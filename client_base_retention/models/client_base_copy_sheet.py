"""What a sheet of the copy of the base is, and how it is written to a file."""

from dataclasses import dataclass
from io import BytesIO

import xlsxwriter

# As many characters as a cell of a workbook holds.
CELL = 32_767


@dataclass(frozen=True)
class Sheet:
    """One kind of rows in the copy.

    A later model joins by adding its sheet in ``client.base.copy._sheets``.
    """

    # Name of the file.
    name: str
    model: str
    # As Odoo's import writes them: "name", "parent_id/id". Those the database has no
    # field for are left out.
    columns: tuple
    # Which rows: a function of the company, giving a domain.
    domain: object
    # Sheets that are put back by Odoo's import, in the order in which they are; the
    # others are derived or kept by the system and are there to be read.
    restored: bool = True
    # Name of the method that reads the rows.
    reader: str = "_read_records"
    # Names that companies share, as tags. Those that come with Odoo or the addon are in
    # every database and stay out; the others are known here by their external id, so
    # that a copy put back beside its original finds them.
    shared: bool = False


class SheetFile:
    """A workbook that is written row by row and keeps no rows in memory."""

    def __init__(self, columns, labels):
        """
        :param columns: the headings, as Odoo's import reads them
        :param labels: what each of them is called on screen
        """
        self.rows = 0
        self._file = BytesIO()
        self._book = xlsxwriter.Workbook(
            self._file,
            {
                "constant_memory": True,
                # What a client wrote is text, not a formula and not a link.
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        bold = self._book.add_format({"bold": True})
        self._data = self._book.add_worksheet("data")
        self._data.freeze_panes(1, 0)
        self._data.set_column(0, len(columns), 18)
        self._data.write_row(0, 0, columns, bold)
        self._legend = self._book.add_worksheet("columns")
        self._legend.set_column(0, 1, 32)
        for number, row in enumerate(zip(columns, labels, strict=True)):
            self._legend.write_row(number, 0, row)

    def write(self, row):  # pylint: disable=method-required-super
        self.rows += 1
        for number, value in enumerate(row):
            if value is None or value is False or value == "":
                continue
            if isinstance(value, str):
                self._data.write_string(self.rows, number, value[:CELL])
            else:
                self._data.write_number(self.rows, number, value)

    def close(self):
        """:return: the file, as bytes"""
        self._book.close()
        return self._file.getvalue()
