using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;

namespace Mote.Kernel.Net.Sockets;

// What sock_diag(7) tells of a TCP socket.
internal sealed partial class InetStreamSocket
{
    public override ShutdownDirection Ended
    {
        get
        {
            NetEvents ready = _phase == ConnectPhase.Connected ? _connection.Readiness : 0;
            return ((ready & NetEvents.ReadClosed) != 0 ? ShutdownDirection.Receive : ShutdownDirection.None)
                | (_connection.State is TcpState.FinWait1 or TcpState.FinWait2 or TcpState.Closing or TcpState.LastAck ? ShutdownDirection.Send : ShutdownDirection.None);
        }
    }

    /// <summary>INET_DIAG_INFO and INET_DIAG_CONG.</summary>
    public void WriteDiagnosis(bool hasInformation, bool hasCongestion, NetlinkWriter writer)
    {
        if (hasInformation)
        {
            _ = TcpInformation.Write(writer.AddBytes(2, TcpInformation.Bytes), _listener, _connection);
        }

        if (hasCongestion)
        {
            writer.AddText(4, "cubic");
        }
    }
}
