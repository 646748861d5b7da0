using Mote.Abi.Linux;
using Mote.Kernel.Tasks;

namespace Mote.Kernel.Vfs;

// Signals when the file becomes ready: O_ASYNC with F_SETOWN and F_SETSIG (fcntl(2)).
public abstract partial class OpenFile
{
    // One field for few files: there are many files, and a collection looks at each field.
    private ReadyWaiter? _signals;

    /// <summary>Whether the file knows O_ASYNC: pipes, terminals, inotify, sockets.</summary>
    public virtual bool SendsSignals => false;

    /// <summary>Who gets the signal; null is nobody.</summary>
    public FileOwner? Owner
    {
        get => _signals?.Owner;
        set => (_signals ??= new ReadyWaiter(this)).Owner = value;
    }

    /// <summary>Tells the owner of urgent data, whether or not O_ASYNC is set.</summary>
    public void SignalUrgent() => _signals?.Owner?.SignalUrgent((Flags & OpenFlags.Async) != 0);

    private void SetSignals(bool on)
    {
        if (on && SendsSignals && Readiness != null)
        {
            _signals ??= new ReadyWaiter(this);
            if (_signals.Queue == null)
            {
                Readiness.Add(_signals);
            }
        }
        else if (!on)
        {
            _signals?.Queue?.Remove(_signals);
        }
    }

    private sealed class ReadyWaiter(OpenFile file) : Waiter
    {
        public FileOwner? Owner { get; set; }

        public override bool Notify(uint events)
        {
            PollEvents wanted = (file.CanRead ? PollEvents.In | PollEvents.Priority | PollEvents.HangUp : PollEvents.None) | (file.CanWrite ? PollEvents.Out | PollEvents.Error : PollEvents.None);
            PollEvents ready = file.Poll() & (PollEvents)events & wanted;
            if (ready != PollEvents.None)
            {
                Owner?.Signal(ready);
            }

            return false;
        }
    }
}
