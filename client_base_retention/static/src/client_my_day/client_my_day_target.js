import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

/** My turnover of the month against my target; nothing where there is none. */
export class ClientMyDayTarget extends Component {
    static template = "client_base_retention.ClientMyDayTarget";
    // What the page was read with: read again, the turnover is read again.
    static props = { data: Object, open: Function };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ target: false });
        // The page does not wait for it.
        onWillStart(() => void this.load());
        onWillUpdateProps((next) => {
            if (next.data !== this.props.data) {
                this.load();
            }
        });
    }

    async load() {
        this.state.target = await this.orm.silent.call("client.my.day", "get_target", []);
    }
}
