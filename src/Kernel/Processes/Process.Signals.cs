using Mote.Abi.Linux;
using Mote.Kernel.Tasks;

namespace Mote.Kernel.Processes;

// Signals to the whole process: dispositions, the shared queue, stop and continue.
public sealed partial class Process
{
    public SignalActions Actions { get; private set; } = new();

    /// <summary>Signals sent to the process rather than to one of its threads.</summary>
    public PendingSignals Pending { get; } = new();

    /// <summary>Stopped by SIGSTOP and its kin until SIGCONT.</summary>
    public bool IsStopped { get; private set; }

    internal WaitQueue Continued { get; } = new();

    /// <summary>sigaction(2): a signal that is ignored from now on is no longer pending.</summary>
    public void SetAction(Signal signal, in SignalAction action)
    {
        Actions.Set(signal, in action);
        if (Actions.IsIgnored(signal))
        {
            DiscardEverywhere(SignalSet.Of(signal));
        }
    }

    /// <summary>Sends a signal to the process: any thread that does not block it takes it. EAGAIN when a real-time signal finds the queue full.</summary>
    public Errno Send(in SignalInfo info)
    {
        Signal signal = info.Signal;
        PrepareFor(signal);
        if (HasExited || IsDropped(signal))
        {
            return Errno.None;
        }

        if (!Pending.TryAdd(in info))
        {
            return Errno.EAGAIN;
        }

        foreach (UserThread thread in _threads)
        {
            if (thread.WouldTake(signal))
            {
                thread.NotifySignal();
                break;
            }
        }

        return Errno.None;
    }

    /// <summary>What a signal does by being sent, delivered or not: SIGCONT continues and cancels stops, stops cancel SIGCONT, SIGKILL ends a stop.</summary>
    internal void PrepareFor(Signal signal)
    {
        if (signal is Signal.SIGCONT or Signal.SIGKILL)
        {
            DiscardEverywhere(SignalDefaults.Stops);
            IsStopped = false;
            Continued.WakeAll();
        }
        else if (SignalDefaults.Stops.Contains(signal))
        {
            DiscardEverywhere(SignalSet.Of(Signal.SIGCONT));
        }
    }

    /// <summary>Whether a signal to be sent has no effect. One that a thread waits for or blocks stays pending even if ignored.</summary>
    internal bool IsDropped(Signal signal)
    {
        if (!Actions.IsIgnored(signal))
        {
            return false;
        }

        foreach (UserThread thread in _threads)
        {
            if (thread.Blocked.Contains(signal) || thread.AwaitedSignals.Contains(signal))
            {
                return false;
            }
        }

        return true;
    }

    internal void Stop()
    {
        IsStopped = true;
        foreach (UserThread thread in _threads)
        {
            thread.NotifySignal();
        }
    }

    internal void DiscardEverywhere(SignalSet signals)
    {
        Pending.Discard(signals);
        foreach (UserThread thread in _threads)
        {
            thread.Pending.Discard(signals);
        }
    }
}
