using Mote.Kernel.Net.Stack;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

// IP_RECVERR and IPV6_RECVERR of sockets without connections.
internal sealed partial class InetDatagramSocket
{
    protected override void OnFilterSet() => _endpoint.Filter = Filter;

    protected override void OnPathDoubted() => _endpoint.ForgetPath();

    protected override bool HasZeroCopy => _endpoint is UdpEndpoint;

    /// <summary>An option that queues errors has changed. What waits goes when it is taken back.</summary>
    private void SetErrorQueues()
    {
        bool hadQueue = _endpoint.QueuesErrorsV4 || _endpoint.QueuesErrorsV6;
        _endpoint.QueuesErrorsV4 = Has(IpOptionBits.ReceiveErrors);
        _endpoint.QueuesErrorsV6 = Family == AddressFamily.Inet6 && Has(IpOptionBits.ReceiveErrors6);
        if (hadQueue && !_endpoint.QueuesErrorsV4 && !_endpoint.QueuesErrorsV6)
        {
            _endpoint.ClearReports();
        }
    }

    /// <summary>SO_TIMESTAMPING: the times of this message that are told later, and its number.</summary>
    private void AskForStamps(ref DatagramOverrides overrides)
    {
        SendStamps stamps = WantedStamps(overrides.StampFlags) & ~SendStamps.Acknowledged; // nobody acknowledges datagrams
        if ((stamps & (SendStamps.Sent | SendStamps.Scheduled)) == 0)
        {
            return;
        }

        overrides.Stamps = stamps;
        if ((Timestamping & TimestampFlags.Identified) != 0)
        {
            overrides.StampKey = TimestampKey;
            TimestampKey = unchecked(TimestampKey + 1);
        }
    }
}
