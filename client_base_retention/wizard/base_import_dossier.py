from odoo import models

from ..models.client_finder import name_key
from .base_import_import import DOSSIERS

# Any number of columns may go into these; each keeps its heading.
MANY = ("portrait", "old_notes")


class BaseImportImport(models.TransientModel):
    """The import of an old list loses no column: one that nothing fits is an answer of
    the portrait, if its heading is a question there, else a note."""

    _inherit = "base_import.import"

    def _get_mapping_suggestions(self, headers, header_types, fields_tree):
        found = super()._get_mapping_suggestions(headers, header_types, fields_tree)
        if self.res_model != DOSSIERS:
            return found
        asked = self._dossier_headings()
        for index, header in enumerate(headers):
            exact = found.get((index, header))
            if exact and exact["distance"] <= 0 or not (header or "").strip():
                continue
            into = "portrait" if name_key(header) in asked else "old_notes"
            found[index, header] = {"field_path": [into], "distance": 0}
        return found

    def _dossier_headings(self):
        """The questions of all portraits."""
        dossiers = self.env["client.dossier"]
        # pylint: disable-next=no-search-all
        segments = self.env["client.segment"].search([])
        return {
            heading
            for segment in segments
            for heading in dossiers._dossier_questions(segment.id)
        }

    def _parse_import_data(self, data, import_fields, options):
        """Nothing to parse: ``load`` reads every cell itself."""
        if self.res_model == DOSSIERS:
            return data
        return super()._parse_import_data(data, import_fields, options)

    def _handle_multi_mapping(self, import_fields, input_file_data):
        if self.res_model != DOSSIERS:
            return super()._handle_multi_mapping(import_fields, input_file_data)
        options = self.env.context.get("import_options", {})
        headings = self.env.context.get("client_import_headings") or import_fields
        places = {}
        for index, name in enumerate(import_fields):
            places.setdefault(name, []).append(index)
        return list(places), [
            [
                self._dossier_cell(name, indexes, line, headings, options)
                for name, indexes in places.items()
            ]
            for line in input_file_data
        ]

    def _dossier_cell(self, name, indexes, line, headings, options):
        """What the columns that go into one field say in a row."""
        texts = []
        for index in indexes:
            value = line[index]
            if hasattr(value, "strftime"):
                # A cell formatted as a date, whatever the column.
                value = value.strftime("%Y-%m-%d")
            text = str(value or "").strip()
            if text:
                texts.append((self._dossier_heading(headings[index]), text))
        if name in MANY:
            return texts
        return ("\n" if name == "purchases" else " ").join(text for _h, text in texts)

    def _dossier_heading(self, heading):
        heading = (heading or "").strip()
        return heading[:1].upper() + heading[1:]
