using Mote.Abi.Linux;
using Mote.Kernel.Tasks;

namespace Mote.Kernel.Vfs;

// Signals when the file becomes ready: O_ASYNC with F_SETOWN and F_SETSIG (fcntl(2)).
public abstract partial class OpenFile
{
    private ReadyWaiter? _signals;

    /// <summary>Whether the file knows O_ASYNC: pipes, terminals, inotify.</summary>
    public virtual bool SendsSignals => false;

    /// <summary>Who gets the signal; null is nobody.</summary>
    public FileOwner? Owner { get; set; }

    private void SetSignals(bool on)
    {
        if (on && _signals == null && SendsSignals && Readiness != null)
        {
            _signals = new ReadyWaiter(this);
            Readiness.Add(_signals);
        }
        else if (!on && _signals != null)
        {
            _signals.Queue?.Remove(_signals);
            _signals = null;
        }
    }

    private sealed class ReadyWaiter(OpenFile file) : Waiter
    {
        public override bool Notify(uint events)
        {
            PollEvents wanted = (file.CanRead ? PollEvents.In | PollEvents.HangUp : PollEvents.None) | (file.CanWrite ? PollEvents.Out | PollEvents.Error : PollEvents.None);
            PollEvents ready = file.Poll() & (PollEvents)events & wanted;
            if (ready != PollEvents.None)
            {
                file.Owner?.Signal(ready);
            }

            return false;
        }
    }
}
