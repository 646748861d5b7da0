using System;
using System.Buffers.Binary;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

// IP_RECVERR and IPV6_RECVERR of sockets without connections.
internal sealed partial class InetDatagramSocket
{
    protected override void OnFilterSet() => _endpoint.Filter = Filter;

    protected override void OnPathDoubted() => _endpoint.ForgetPath();

    protected override bool HasZeroCopy => _endpoint is UdpEndpoint;

    private protected override void AddHeader(in ErrorReport report, PacketBuffer packet, ref IncomingMessage message)
    {
        const int PortsBytes = 4; // source, destination
        Span<byte> ports = stackalloc byte[PortsBytes];
        PacketHeader header = report.Header;
        bool hasPorts = packet.Read(header.TransportOffset, ports) == PortsBytes;
        bool wasSent = report.Origin == ErrorOrigin.Timestamping;
        AddHeader(
            new ReceivedHeader(
                new EndpointAddress(header.Destination, 0, header.Interface),
                header.TimeToLive,
                header.TypeOfService,
                wasSent ? report.Offender : IpAddress.AnyV4, // which of its addresses an error came to is told as the destination alone
                hasPorts ? BinaryPrimitives.ReadUInt16BigEndian(ports[2..]) : null),
            ref message);
    }

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
