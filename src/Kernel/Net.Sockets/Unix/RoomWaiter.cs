using Mote.Abi.Linux;
using Mote.Kernel.Tasks;

namespace Mote.Kernel.Net.Sockets;

/// <summary>Tells a socket that its peer's queue, which was full, has room: who polls the socket may write.</summary>
internal sealed class RoomWaiter(UnixSocket sender) : Waiter
{
    public override bool Notify(uint events)
    {
        Queue?.Remove(this);
        sender.Readiness.WakeAll((uint)(PollEvents.Writable | PollEvents.WriteBand));
        return true;
    }
}
