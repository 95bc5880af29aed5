import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

// While something is under way the page asks again after so many milliseconds.
const POLL = 5000;
const ICONS = {
    good: "fa-check text-muted",
    look: "fa-eye text-warning",
    bad: "fa-exclamation-triangle text-danger",
    off: "fa-moon-o text-muted",
};

/** Health: does the client base do its work, and what may it do by itself. */
export class ClientHealth extends Component {
    static template = "client_base_retention.ClientHealth";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({ data: null, busy: false });
        this.env.config.setDisplayName?.(_t("Health"));
        onWillStart(() => this.load());
        onWillUnmount(() => {
            this.gone = true;
            clearTimeout(this.timer);
        });
    }

    async load() {
        this.show(await this.orm.call("client.health", "get_health"));
    }

    show(data) {
        clearTimeout(this.timer);
        this.state.data = data;
        if (data.busy && !this.gone) {
            this.timer = setTimeout(() => this.refresh(), POLL);
        }
    }

    async refresh() {
        const shown = this.state.data;
        const data = await this.orm.silent.call("client.health", "get_health");
        // What a switch brought meanwhile is newer.
        if (!this.gone) {
            this.show(shown === this.state.data ? data : this.state.data);
        }
    }

    /** Call the server; what it hands back is the page's new state. */
    async decide(method, ...args) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            this.show(await this.orm.call("client.health", method, args));
        } finally {
            this.state.busy = false;
        }
    }

    flip(company, flag) {
        return this.decide("switch", flag.function, !flag.on, company.id);
    }

    async open(line) {
        const { action } = line;
        const options = { onClose: () => this.load() };
        if (action.method) {
            const { method, args } = action;
            const list = await this.orm.call("client.health", method, args);
            return this.action.doAction(list, options);
        }
        return this.action.doAction(action, options);
    }

    icon(line) {
        return ICONS[line.state];
    }

    /** The companies, and then what concerns all of them. */
    get blocks() {
        const { companies, lines } = this.state.data;
        return [
            ...companies.map((company) => ({ ...company, title: company.name })),
            { id: 0, title: _t("Whole database"), lines, switches: [] },
        ];
    }
}

registry.category("actions").add("client_health", ClientHealth);
