import { clockText, h, s, type Child } from '../dom';
import { nodeText } from '../decode/node';
import type { Call, Model } from '../recording/model';
import { kPeople } from '../world/actions';
import { Panel, personName, prettyNumber } from './panel';

export class CallPanel extends Panel {
  readonly name = 'call';
  readonly label = 'Call';

  view(model: Model): Child[] {
    const call = model.calls[model.calls.length - 1];
    const live = this.app.live, ready = live && model.link === 'online';
    const hold = this.app.world?.hold ?? false;
    return [
      h('div', { class: 'intro' },
        h('h2', {}, 'A call comes in'),
        h('p', {}, 'The offer arrives as one stanza. The gateway tells its webhook; POST /calls/reject makes a stanza that tells the caller, and an automatic reply follows as an encrypted message.')),
      !model.paired && h('p', { class: 'hint' }, 'Nobody can call a device that is not linked. ', h('a', { href: '#pair' }, 'Link it first'), ' or run a ', h('a', { href: '#faults' }, 'scenario'), '.'),
      h('div', { class: 'toolbar', role: 'group', 'aria-label': 'Make the simulated caller ring' },
        (['audio', 'video', 'lid'] as const).map((what) => h('button', { type: 'button', 'data-do': `ring-${what}-0`, disabled: !ready },
          { audio: 'Ring', video: 'Ring with video', lid: 'Ring from a hidden number' }[what])),
        h('label', { class: 'check' }, h('input', { type: 'checkbox', 'data-toggle': 'hold', checked: hold, disabled: !live }), 'Hold the reject at the door'),
        h('label', { class: 'check' }, h('input', { type: 'checkbox', 'data-toggle': 'autoreject', checked: this.autoreject(model), disabled: !ready }), 'Reject by itself')),
      h('div', { class: 'call-grid' },
        this.ringCard(model, call, ready),
        this.stanza(model, call),
        this.callerPhone(model, call)),
    ];
  }

  private autoreject(model: Model): boolean {
    for (let i = model.replies.length - 1; i >= 0; --i) {
      const reply = model.replies[i]!;
      if (reply.path === '/calls/settings') return /"auto_reject":\s*true/.test(reply.body);
    }
    return false;
  }

  private ringCard(model: Model, call: Call | undefined, ready: boolean): Child {
    if (!call) {
      return h('section', { class: 'card ring idle', 'aria-label': 'Incoming call' }, h('p', { class: 'muted' }, 'It is quiet.'));
    }
    const ringing = call.state === 'ringing';
    const states = { ringing: 'is calling', rejecting: 'reject is on its way', rejected: 'was told you declined', ended: 'gave up' };
    return h('section', { class: `card ring ${call.state}`, 'aria-label': 'Incoming call', 'data-call-state': call.state },
      h('div', { class: 'avatar', 'aria-hidden': 'true' }, call.caller.slice(-2)),
      h('p', { class: 'ring-who' }, personName(call.caller)),
      h('p', { class: 'muted' }, prettyNumber(call.caller)),
      h('p', { class: 'ring-state', role: 'status' }, `${call.video ? 'video' : 'audio'} · ${states[call.state]}`),
      h('div', { class: 'ring-buttons' },
        h('button', { type: 'button', class: 'danger', 'data-do': 'reject', disabled: !ready || !ringing }, 'Reject'),
        h('button', { type: 'button', 'data-do': 'hangup', disabled: !ready || !ringing }, 'Caller hangs up')),
      h('dl', { class: 'facts' },
        h('dt', {}, 'call id'), h('dd', {}, h('code', {}, call.id)),
        h('dt', {}, 'rang at'), h('dd', {}, clockText(call.rangAt)),
        call.rejectFrame && [h('dt', {}, 'stanza made'), h('dd', {}, clockText(call.rejectFrame.at))],
        call.rejectedAt !== undefined && [h('dt', {}, 'seen by the service'), h('dd', {}, clockText(call.rejectedAt))],
        call.outcome && [h('dt', {}, 'API outcome'), h('dd', {}, h('code', {}, call.outcome))]),
      model.calls.length > 1 && h('p', { class: 'muted small' }, `${model.calls.length} calls so far`));
  }

  private stanza(model: Model, call: Call | undefined): Child {
    const held = model.held, hex = held?.node || call?.rejectFrame?.node;
    const node = hex ? this.app.inspect(hex) : null;
    return h('section', { class: `card stanza ${held ? 'held' : ''}`, 'aria-label': 'The stanza that rejects' },
      h('h3', {}, held ? 'Waiting at the door' : 'The stanza'),
      node
        ? [
          h('pre', { class: 'code', tabindex: 0 }, nodeText(node)),
          h('p', { class: 'muted small' }, `${hex!.length / 2} bytes as a node, ${hex!.length / 2 + 16 + 3} on the wire with tag and length.`),
          held && h('button', { type: 'button', class: 'primary', 'data-do': 'release', disabled: !this.app.live }, 'Let it go'),
        ]
        : h('p', { class: 'muted' }, 'What POST /calls/reject makes appears here before the service sees it. With “hold” it waits for you.'),
      call?.us !== undefined && h('p', { class: 'big-number', 'data-us': call.us },
        h('strong', {}, call.us.toLocaleString('en')), ' µs', h('span', {}, 'from the request to sealed bytes, measured here and now; browsers round this clock to 5 or 100 µs, and the first one includes their compiling')),
      h('a', { href: '#speed', class: 'small' }, 'Measure 200 of them'));
  }

  private callerPhone(model: Model, call: Call | undefined): Child {
    const caller = call?.caller ?? kPeople[0]!;
    const bubbles = model.bubbles.filter((bubble) => bubble.to === caller || bubble.from === caller);
    return h('section', { class: 'card phone', 'aria-label': 'The caller’s phone' },
      h('header', {}, h('span', { class: 'phone-name' }, 'Caller’s phone'), h('span', { class: 'phone-number' }, prettyNumber(caller))),
      h('div', { class: 'phone-body bubbles' },
        call && h('p', { class: 'event' },
          s('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, s('path', { d: 'M5 5l14 14M19 5L5 19' })),
          call.state === 'rejected' ? `declined · seen ${call.seen}×` : call.state === 'ended' ? 'no answer' : 'calling…'),
        bubbles.length === 0
          ? h('p', { class: 'muted' }, 'The automatic reply will be decrypted here, by the Signal session of the caller’s own simulated device.')
          : bubbles.map((bubble) => h('p', { class: `bubble ${bubble.from === caller ? 'own' : ''}`, 'data-key': bubble.id },
            bubble.text, h('span', { class: 'when' }, `${clockText(bubble.at)}${bubble.repeated ? ' · again' : ''}`)))));
  }
}
