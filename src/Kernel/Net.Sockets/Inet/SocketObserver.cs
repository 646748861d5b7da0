using Mote.Kernel.Net.Stack;

namespace Mote.Kernel.Net.Sockets;

/// <summary>Wakes who waits at a socket when its endpoint becomes ready, and sends its owner SIGURG.</summary>
internal sealed class SocketObserver(Socket socket) : EndpointObserver
{
    public override void OnReady(NetEvents events) => _ = socket.Readiness.Wake(1, (uint)events.ToPoll());

    public override void OnUrgent() => socket.SignalUrgent();
}
