using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Processes;

/// <summary>What a process does on each signal (sigaction(2)). Threads share it; fork copies it.</summary>
public sealed class SignalActions
{
    private readonly SignalAction[] _actions = new SignalAction[(int)Signal.SIGRTMAX + 1];

    public ref readonly SignalAction this[Signal signal] => ref _actions[(int)signal];

    public void Set(Signal signal, in SignalAction action)
    {
        _actions[(int)signal] = action;
        _actions[(int)signal].Mask &= ~SignalSet.Unblockable;
    }

    /// <summary>Whether sending the signal has no effect at all: ignored, explicitly or by default.</summary>
    public bool IsIgnored(Signal signal)
    {
        ref readonly SignalAction action = ref _actions[(int)signal];
        return action.IsIgnored || (action.IsDefault && SignalDefaults.Of(signal) == DefaultAction.Ignore);
    }

    /// <summary>execve(2): handlers become the default, ignored signals stay ignored.</summary>
    public void ResetHandlers()
    {
        foreach (ref SignalAction action in _actions.AsSpan())
        {
            if (!action.IsIgnored)
            {
                action = default;
            }
        }
    }

    public SignalActions Clone()
    {
        SignalActions copy = new();
        _actions.CopyTo(copy._actions, 0);
        return copy;
    }
}
