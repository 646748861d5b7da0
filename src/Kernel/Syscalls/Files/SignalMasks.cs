using Mote.Abi.Linux;
using Mote.Kernel.Processes;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>The signal mask that holds while a thread waits in ppoll(2), pselect(2), epoll_pwait(2).</summary>
internal static class SignalMasks
{
    public static void Enter(UserThread thread, ulong bits)
    {
        _ = thread;
        _ = bits;
    }

    public static void Leave(UserThread thread, bool wasInterrupted)
    {
        _ = thread;
        _ = wasInterrupted;
    }
}
