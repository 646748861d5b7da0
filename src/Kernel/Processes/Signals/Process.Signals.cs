using Mote.Abi.Linux;
using Mote.Kernel.Tasks;

namespace Mote.Kernel.Processes;

// Signals for the process as a whole.
public sealed partial class Process
{
    private readonly SignalAction[] _actions = new SignalAction[(int)Signal.SIGRTMAX + 1];

    /// <summary>Signals that any thread may take.</summary>
    public SignalQueue PendingSignals { get; }

    /// <summary>Told whenever a signal becomes pending for the process or one of its threads: for signalfd(2).</summary>
    public WaitQueue SignalArrival { get; } = new();

    /// <summary>What a signal does.</summary>
    public ref readonly SignalAction ActionOf(Signal signal) => ref _actions[(int)signal];

    /// <summary>rt_sigaction(2): signals that are ignored from now on are no longer pending.</summary>
    public void SetAction(Signal signal, in SignalAction action)
    {
        _actions[(int)signal] = action;
        if (IsIgnored(signal))
        {
            DropPending(SignalSet.Of(signal));
        }
    }

    /// <summary>Whether a signal that comes now would do nothing.</summary>
    public bool IsIgnored(Signal signal)
    {
        ref readonly SignalAction action = ref _actions[(int)signal];
        return action.IsIgnored || (action.IsDefault && SignalDefaults.IsIgnored(signal));
    }

    /// <summary>Sends a signal to the process: some thread that does not block it takes it. EAGAIN when too many are queued.</summary>
    public Errno Send(in SignalInfo info)
    {
        PrepareForSignal(info.Signal);
        if (IsLost(info.Signal))
        {
            return Errno.None;
        }

        Errno error = PendingSignals.Add(in info);
        if (error != Errno.None)
        {
            return error;
        }

        NoteSignal(info.Signal);
        return Errno.None;
    }

    /// <summary>Sends a timer's signal. False when it would do nothing.</summary>
    internal bool SendFromTimer(in SignalInfo info, PosixTimer timer)
    {
        PrepareForSignal(info.Signal);
        if (IsLost(info.Signal) || PendingSignals.Add(in info, timer) != Errno.None)
        {
            return false;
        }

        NoteSignal(info.Signal);
        return true;
    }

    /// <summary>execve(2): what was caught is at its default again; what was ignored stays so.</summary>
    internal void ResetActions()
    {
        for (int i = 1; i < _actions.Length; i++)
        {
            SignalAction old = _actions[i];
            _actions[i] = old.IsIgnored ? new SignalAction { Handler = SignalAction.Ignore } : default;
        }
    }

    /// <summary>A blocked or ignored signal that the CPU raised cannot wait: it gets its default action (force_sig).</summary>
    internal void MakeDefault(Signal signal) => _actions[(int)signal] = default;

    internal void ClearHandler(Signal signal) => _actions[(int)signal].Handler = SignalAction.Default;

    /// <summary>Tells a thread that can take a pending process signal.</summary>
    internal void NoteSignal(Signal signal)
    {
        foreach (UserThread thread in _threads)
        {
            if (thread.AwaitedSignals.Contains(signal) || !thread.Blocked.Contains(signal))
            {
                thread.NoteSignals();
                break;
            }
        }

        SignalArrival.WakeAll();
    }

    private bool IsLost(Signal signal) => HasExited || (IsIgnored(signal) && !IsBlockedAnywhere(signal) && Host.Observer == null);

    private bool IsBlockedAnywhere(Signal signal)
    {
        foreach (UserThread thread in _threads)
        {
            if (thread.Blocked.Contains(signal))
            {
                return true;
            }
        }

        return false;
    }
}
