import hashlib
import re

from odoo import models
from odoo.tools.lru import LRU

from odoo.addons.base_import.models.base_import import ImportValidationError

PURCHASES = "client.purchase.entry"
DOSSIERS = "client.dossier"
# Their import sees the whole sheet with every batch.
WHOLE = (PURCHASES, DOSSIERS)
# The rows of the workbook read last in this process. To read one of 20,000 rows takes
# seconds, and Odoo reads it again for each batch.
_workbooks = LRU(1)


class BaseImportImport(models.TransientModel):
    """The imports of ours see the whole sheet with every batch of it.

    What is a repetition and which rows mean the same new client can only be told so.
    """

    _inherit = "base_import.import"

    def execute_import(self, fields, columns, options, dryrun=False):
        if self.res_model not in WHOLE:
            return super().execute_import(fields, columns, options, dryrun=dryrun)
        whole = self.with_context(
            client_import_start=options.get("skip", 0),
            client_import_headings=[
                column for field, column in zip(fields, columns, strict=False) if field
            ],
        )
        return super(BaseImportImport, whole).execute_import(
            fields, columns, options | {"skip": 0}, dryrun=dryrun
        )

    def _read_file(self, options):
        """Say what is wrong with a sheet that has no rows, as Odoo does not."""
        length, rows = super()._read_file(options)
        if self.res_model in WHOLE:
            headings = 1 if options.get("has_headers") else 0
            if length > 0 and len(rows) <= headings:
                raise ImportValidationError(
                    self.env._("The sheet has no rows below its headings.")
                )
        return length, rows

    def _try_match_date_time(self, preview_values, options):
        """Tell the dates' format also where a few of them are wrong: without it all
        the others would be no dates either."""
        found = super()._try_match_date_time(preview_values, options)
        if found or self.res_model != PURCHASES:
            return found
        values = [value for value in preview_values if value]
        match = super()._try_match_date_time
        dates = [value for value in values if match([value], dict(options))]
        return match(dates, options) if dates and 2 * len(dates) >= len(values) else []

    def _read_xlsx(self, options):
        if self.res_model not in WHOLE:
            return super()._read_xlsx(options)
        file = hashlib.sha256(self.file or b"").digest()
        key = (self.env.cr.dbname, self.id, file, options.get("sheet"))
        found = _workbooks.get(key)
        if not found:
            found = super()._read_xlsx(options), options.get("sheets")
            _workbooks[(*key[:-1], options.get("sheet"))] = found
        rows, options["sheets"] = found
        return rows

    def _parse_date_from_data(self, data, index, name, field_type, options):
        """Leave what is no date as it is: ``load`` says in which rows."""
        parse = super()._parse_date_from_data
        if self.res_model != PURCHASES:
            return parse(data, index, name, field_type, options)
        for line in data:
            try:
                parse([line], index, name, field_type, options)
            except ImportValidationError:
                continue

    def _parse_float_from_data(self, data, index, name, options):
        """Leave what is no number as it is: ``load`` says in which rows."""
        parse = super()._parse_float_from_data
        if self.res_model != PURCHASES:
            return parse(data, index, name, options)
        money = self._currency_words()
        plain = re.compile(r"-?\d+(\.\d+)?").fullmatch
        if options.get("float_decimal_separator", ".") != ".":
            plain = re.compile(r"-?\d+").fullmatch
        for line in data:
            if not isinstance(line[index], str) or plain(line[index]):
                continue
            # Taken off here: for each row the parser would search for the currency.
            before = line[index]
            line[index] = self._plain_sum(money.sub("", before.strip()).strip())
            try:
                parse([line], index, name, options)
            except ImportValidationError:
                line[index] = before

    def _plain_sum(self, text):
        """A sum without spaces between the thousands, and with a point where one or two
        digits follow its only comma: "3 200,50" is no 320,050, whatever the separators
        of the screen say."""
        text = re.sub(r"(?<=\d)\s(?=\d{3}(?!\d))", "", text)
        return re.sub(r"^([-+(]?\d+),(\d{1,2}\)?)$", r"\1.\2", text)

    def _currency_words(self):
        """Pattern of a currency's name or sign before or after a sum."""
        # sudo: currencies that are not in use are hidden from nobody.
        currencies = self.env["res.currency"].sudo().with_context(active_test=False)
        words = {
            word
            for currency in currencies.search_fetch([], ["name", "symbol"])
            for word in (currency.name, currency.symbol)
            if word and not re.search(r"[\d.,()+-]", word)
        }
        longest_first = sorted(map(re.escape, words), key=len, reverse=True)
        either = "|".join(longest_first)
        return re.compile(rf"^(?:{either})\.?|(?:{either})\.?$", re.IGNORECASE)

    def _handle_multi_mapping(self, import_fields, input_file_data):
        """Nothing to put together where each field has one column."""
        if self.res_model == PURCHASES and len(set(import_fields)) == len(
            import_fields
        ):
            return import_fields, input_file_data
        return super()._handle_multi_mapping(import_fields, input_file_data)
