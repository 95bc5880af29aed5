import { ImportAction } from "@base_import/import_action/import_action";
import { BaseImportModel } from "@base_import/import_model";
import { _t } from "@web/core/l10n/translation";
import { groupBy } from "@web/core/utils/arrays";
import { patch } from "@web/core/utils/patch";

const PURCHASES = "client.purchase.entry";
const DOSSIERS = "client.dossier";
const WHOLE = [PURCHASES, DOSSIERS];
const ROWS_SHOWN = 10;
const NUMBERS = ["clients", "prospects", "persons", "purchases", "asked"];
// The whole sheet is read with each batch, to know what it repeats: twice Odoo's number
// of rows in a batch halves that, and still leaves a batch far from any time limit.
const BATCH = 4000;

/**
 * Odoo's import screen takes any message for a failure and names no rows where several
 * have the same error. Purchases come with things to tell that are no failures.
 */
patch(BaseImportModel.prototype, {
    async init() {
        if (WHOLE.includes(this.resModel)) {
            this.importOptionsValues.limit.value = BATCH;
        }
        return super.init(...arguments);
    },

    async executeImport(isTest) {
        this.clientImport = { added: 0, known: [], renamed: [] };
        for (const name of NUMBERS) {
            this.clientImport[name] = 0;
        }
        const result = await super.executeImport(...arguments);
        if (WHOLE.includes(this.resModel) && !result.res.hasError) {
            const lines = this._clientImportLines(isTest);
            if (isTest) {
                this._addMessage("info", lines);
            } else {
                // The screen is left at once: a notification stays.
                const type = result.res.ids.length ? "info" : "warning";
                this.notificationService.add(lines.join(" "), { type, sticky: true });
            }
        }
        return result;
    },

    async _callImport() {
        const result = await super._callImport(...arguments);
        if (result.client_import) {
            const told = result.client_import;
            this.clientImport.added += result.ids.length;
            for (const name of NUMBERS) {
                this.clientImport[name] += told[name] || 0;
            }
            this.clientImport.known.push(...told.known);
            this.clientImport.renamed.push(...told.renamed);
        }
        return result;
    },

    _handleImportErrors(messages, name) {
        if (!WHOLE.includes(this.resModel) || messages.some((m) => !m.rows)) {
            return super._handleImportErrors(...arguments);
        }
        for (const [text, same] of Object.entries(groupBy(messages, (m) => m.message))) {
            const rows = this._sheetRows(same.map((message) => message.rows.from));
            this._addMessage("danger", [_t("Row %(rows)s: %(text)s", { rows, text })]);
        }
        return false;
    },

    _clientImportLines(isTest) {
        const { added, clients, prospects, known, renamed } = this.clientImport;
        if (this.resModel === DOSSIERS) {
            return [...this._clientDossierLines(isTest), ...this._clientRenamedLines(renamed)];
        }
        const lines = isTest
            ? [_t("Purchases to add: %s.", added), _t("Clients to make: %s.", clients)]
            : [_t("Purchases added: %s.", added), _t("Clients made: %s.", clients)];
        if (prospects) {
            lines.push(_t("Clients without a purchase: %s.", prospects));
        }
        if (known.length) {
            lines.push(
                _t("There already, not added again: %(count)s (row %(rows)s).", {
                    count: known.length,
                    rows: this._sheetRows(known),
                })
            );
        }
        return [...lines, ...this._clientRenamedLines(renamed)];
    },

    /** What an old list of clients brings. */
    _clientDossierLines(isTest) {
        const { clients, persons, purchases, asked, known } = this.clientImport;
        const lines = isTest
            ? [_t("Clients to make: %s.", clients), _t("Persons to add: %s.", persons)]
            : [_t("Clients made: %s.", clients), _t("Persons added: %s.", persons)];
        lines.push(_t("Purchases read: %s.", purchases));
        if (asked) {
            lines.push(_t("Purchases to confirm: %s.", asked));
        }
        if (known.length) {
            lines.push(
                _t("Rows that bring nothing new: %(count)s (row %(rows)s).", {
                    count: known.length,
                    rows: this._sheetRows(known),
                })
            );
        }
        return lines;
    },

    _clientRenamedLines(renamed) {
        if (!renamed.length) {
            return [];
        }
        return [
            _t("Found under another name: %(count)s (row %(rows)s), such as %(name)s.", {
                count: renamed.length,
                rows: this._sheetRows(renamed.map(([row]) => row)),
                name: renamed[0][1],
            }),
        ];
    },

    /** Numbers of rows as the sheet shows them, the first few. */
    _sheetRows(indexes) {
        const first = this.importOptions.has_headers ? 2 : 1;
        const shown = indexes.slice(0, ROWS_SHOWN).map((index) => index + first);
        return shown.join(", ") + (indexes.length > ROWS_SHOWN ? ", …" : "");
    },
});

/** Rows of an old list became contacts: those are shown, not the rows. */
patch(ImportAction.prototype, {
    openRecords(resIds) {
        if (this.model.resModel !== DOSSIERS) {
            return super.openRecords(...arguments);
        }
        this.actionService.doAction({
            type: "ir.actions.act_window",
            name: _t("Imported clients"),
            res_model: "res.partner",
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: [["id", "in", resIds]],
            target: "current",
        });
    },
});
