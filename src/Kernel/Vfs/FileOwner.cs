using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>Whom a file tells by a signal that it became ready (F_SETOWN); processes are known above.</summary>
public abstract class FileOwner
{
    /// <summary>The file became ready.</summary>
    public abstract void Signal(PollEvents ready);

    /// <summary>Urgent data came: SIGURG, and with O_ASYNC the signal that F_SETSIG has chosen.</summary>
    public abstract void SignalUrgent(bool isAsync);
}
