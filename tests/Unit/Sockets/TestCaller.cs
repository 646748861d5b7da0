using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Vfs;

namespace Mote.Tests.Unit.Sockets;

/// <summary>A caller of sockets that is process 1 and may do everything.</summary>
internal sealed class TestCaller(FsContext files) : SocketCaller
{
    public override SocketCredentials Credentials => new(1, 0, 0);

    public override FsContext Files => files;

    public override bool GoesOn => true;

    public override int DescriptorLimit => 1024;
}
