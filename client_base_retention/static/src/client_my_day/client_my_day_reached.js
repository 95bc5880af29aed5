import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { serializeDate } from "@web/core/l10n/dates";

const { DateTime } = luxon;

/** The line that *Reached* opens in a row: what was said, and when next. Enter saves. */
export class ClientMyDayReached extends Component {
    static template = "client_base_retention.ClientMyDayReached";
    static components = { DateTimeInput };
    static props = {
        row: Object,
        busy: Boolean,
        save: Function,
        close: Function,
    };

    setup() {
        this.note = useRef("note");
        this.today = DateTime.local().startOf("day");
        this.state = useState({ note: "", date: false, kind: this.props.row.kind });
        onMounted(() => this.note.el.focus());
    }

    /** When he is due by the norm after such a contact. */
    get next() {
        return this.props.row.next[this.state.kind];
    }

    toggleMeeting() {
        const { row } = this.props;
        this.state.kind = this.state.kind === "meeting" ? row.kind : "meeting";
    }

    save() {
        const { note, date, kind } = this.state;
        return this.props.save({
            kind,
            note: note.trim() || false,
            next_date: date ? serializeDate(date) : false,
        });
    }

    onKeydown(ev) {
        if (ev.key === "Escape") {
            ev.stopPropagation();
            this.props.close();
        } else if (ev.key === "Enter" && ev.target.name === "note") {
            ev.preventDefault();
            this.save();
        }
    }
}
