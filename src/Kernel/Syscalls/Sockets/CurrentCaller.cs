using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls.Sockets;

/// <summary>The thread that runs, as the sockets see it. A thread of the kernel itself may make and connect sockets too.</summary>
public sealed class CurrentCaller : SocketCaller
{
    public override SocketCredentials Credentials
    {
        get
        {
            if (KernelThread.Current is not UserThread thread)
            {
                return SocketCredentials.Kernel;
            }

            return new SocketCredentials(thread.Process.Id, thread.Credentials.User.Effective, thread.Credentials.Group.Effective);
        }
    }

    public override FsContext Files => UserThread.Current.Fs;

    public override bool GoesOn => !UserThread.Current.Process.HasExited;

    public override int DescriptorLimit => UserThread.Current.Process.Files.Limit;
}
