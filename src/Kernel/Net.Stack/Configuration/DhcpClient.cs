using System;
using System.Buffers.Binary;
using Mote.Kernel.Net.Wire;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>
/// The DHCPv4 client of an interface (RFC 2131, 4.4): finds a server, takes an address, renews it at half its time and binds it anew at seven eighths. Gives the interface its address,
/// default route and MTU.
/// </summary>
public sealed partial class DhcpClient : TimerNode
{
    private const ulong Second = 1_000_000_000;
    private const int MaximumMessage = 576;

    private readonly NetInterface _interface;
    private uint _transaction;
    private int _attempts;
    private Instant _started;
    private Instant _boundAt;
    private IpAddress _offered;
    private IpAddress _server;

    internal DhcpClient(NetInterface of) => _interface = of;

    public DhcpState State { get; private set; }

    /// <summary>What is leased now, or null.</summary>
    public DhcpLease? Lease { get; private set; }

    /// <summary>The name that is told to the server; empty for none.</summary>
    public string HostName { get; set; } = "";

    /// <summary>Hears of changes.</summary>
    public ConfigurationObserver? Observer { get; set; }

    private NetStack Stack => _interface.Stack;

    /// <summary>Begins to look for a server.</summary>
    public void Start(Instant now)
    {
        Stack.Enter(now);
        BeginSelecting();
        Stack.Drain();
    }

    /// <summary>Gives the address back and stops (RFC 2131, 4.4.6).</summary>
    public void Stop(Instant now)
    {
        Stack.Enter(now);
        if (State is DhcpState.Bound or DhcpState.Renewing or DhcpState.Rebinding)
        {
            Send(DhcpMessageType.Release);
        }

        Stack.Timers.Cancel(this);
        State = DhcpState.Stopped;
        Withdraw();
        Stack.Drain();
    }

    [AllocationFree]
    public override void Expire(Instant now)
    {
        switch (State)
        {
            case DhcpState.Selecting:
                Retry(DhcpMessageType.Discover);
                return;
            case DhcpState.Requesting when _attempts < 5:
                Retry(DhcpMessageType.Request);
                return;
            case DhcpState.Requesting:
                BeginSelecting();
                return;
            case DhcpState.Bound:
                State = DhcpState.Renewing;
                _transaction = unchecked((uint)Stack.Random.Next());
                RetryLease();
                return;
            case DhcpState.Renewing or DhcpState.Rebinding:
                if (State == DhcpState.Renewing && now >= At(Lease!.RebindingSeconds))
                {
                    State = DhcpState.Rebinding;
                }

                if (now >= At(Lease!.LeaseSeconds))
                {
                    // The address is no longer ours.
                    Withdraw();
                    BeginSelecting();
                    return;
                }

                RetryLease();
                return;
        }
    }

    /// <summary>A datagram came to the client's port. The packet, without its UDP header, stays the caller's.</summary>
    [AllocationFree]
    internal void Receive(PacketBuffer packet)
    {
        Span<byte> bytes = stackalloc byte[1500];
        int length = packet.Read(0, bytes);
        if (State == DhcpState.Stopped || !DhcpView.TryParse(bytes[..length], out DhcpView message) || message.Transaction != _transaction || message.ClientMac != _interface.Mac)
        {
            return;
        }

        switch (message.Type)
        {
            case DhcpMessageType.Offer when State == DhcpState.Selecting:
                if (!message.TryFindAddress(DhcpView.ServerOption, out _server) || !IsUsable(message.YourAddress))
                {
                    return;
                }

                _offered = message.YourAddress;
                State = DhcpState.Requesting;
                _attempts = 0;
                Retry(DhcpMessageType.Request);
                return;
            case DhcpMessageType.Acknowledge when State is DhcpState.Requesting or DhcpState.Renewing or DhcpState.Rebinding:
                if (IsUsable(message.YourAddress) && message.TryFindNumber(DhcpView.LeaseTimeOption, out uint seconds) && seconds > 0)
                {
                    Take(message, seconds);
                }

                return;
            case DhcpMessageType.Refuse when State is DhcpState.Requesting or DhcpState.Renewing or DhcpState.Rebinding:
                Withdraw();
                BeginSelecting();
                return;
        }
    }

    private static bool IsUsable(IpAddress address) => !address.IsUnspecified && !address.IsMartianSource;

    [AllocationFree]
    private void BeginSelecting()
    {
        State = DhcpState.Selecting;
        _transaction = unchecked((uint)Stack.Random.Next());
        _attempts = 0;
        _started = Stack.Now;
        Retry(DhcpMessageType.Discover);
    }

    /// <summary>Sends, and waits for 4, 8, 16, 32, then 64 seconds, a second more or less (RFC 2131, 4.1). The first wait is shorter: a virtual network answers at once.</summary>
    private void Retry(DhcpMessageType type)
    {
        Send(type);
        ulong wait = _attempts == 0 ? Second : (4UL << Math.Min(_attempts - 1, 4)) * Second;
        _attempts++;
        Stack.Timers.Arm(this, Stack.Now.Plus(wait + (Stack.Random.Next() % (wait / 4))));
    }

    /// <summary>Asks for more time, and waits for half of what is left, at least a minute (RFC 2131, 4.4.5).</summary>
    private void RetryLease()
    {
        Send(DhcpMessageType.Request);
        Instant end = At(State == DhcpState.Renewing ? Lease!.RebindingSeconds : Lease!.LeaseSeconds);
        ulong left = end.Since(Stack.Now);
        ulong wait = Math.Max(left / 2, 60 * Second);
        Stack.Timers.Arm(this, wait < left ? Stack.Now.Plus(wait) : end);
    }

    private Instant At(uint seconds) => seconds == uint.MaxValue ? Instant.Never : _boundAt.Plus(seconds * Second);

    private void Send(DhcpMessageType type)
    {
        if (!Stack.Pool.TryTakePacket(out PacketBuffer packet))
        {
            return;
        }

        bool hasAddress = State is DhcpState.Bound or DhcpState.Renewing or DhcpState.Rebinding || type == DhcpMessageType.Release;
        IpAddress own = hasAddress ? Lease!.Address.Address : IpAddress.AnyV4;
        Span<byte> bytes = stackalloc byte[MaximumMessage];
        DhcpView.WriteFixed(bytes, _transaction, (ushort)Math.Min(Stack.Now.Since(_started) / Second, 65535), own, _interface.Mac);
        int length = WriteOptions(bytes, type, hasAddress);
        if (!packet.TryWrite(bytes[..length]))
        {
            packet.Release();
            return;
        }

        NetPath path;
        if (!hasAddress || State == DhcpState.Rebinding
            || Stack.FindPath(_server, own, _interface, out path) != NetError.None)
        {
            path = new NetPath
            {
                Interface = _interface,
                Source = own,
                Destination = IpAddress.BroadcastV4,
                NextHop = IpAddress.BroadcastV4,
                Mtu = _interface.Mtu,
                IsBroadcast = true,
            };
        }

        Span<byte> header = stackalloc byte[UdpView.HeaderBytes];
        UdpView.Write(header, DhcpView.ClientPort, DhcpView.ServerPort, header.Length + length, 0);
        _ = Stack.Send(ref path, packet, IpProtocol.Udp, header, UdpView.ChecksumOffset, 64, 0, mayFragment: true);
    }

    private int WriteOptions(Span<byte> bytes, DhcpMessageType type, bool hasAddress)
    {
        Span<byte> number = stackalloc byte[4];
        Span<byte> rest = DhcpView.WriteOption(bytes[DhcpView.FixedBytes..], DhcpView.MessageTypeOption, [(byte)type]);
        Span<byte> id = stackalloc byte[1 + MacAddress.Bytes];
        id[0] = 1;
        _interface.Mac.Write(id[1..]);
        rest = DhcpView.WriteOption(rest, DhcpView.ClientIdOption, id);
        if (type == DhcpMessageType.Request && !hasAddress)
        {
            _offered.WriteV4(number);
            rest = DhcpView.WriteOption(rest, DhcpView.RequestedAddressOption, number);
        }

        if ((type == DhcpMessageType.Request && !hasAddress) || type == DhcpMessageType.Release)
        {
            _server.WriteV4(number);
            rest = DhcpView.WriteOption(rest, DhcpView.ServerOption, number);
        }

        if (type != DhcpMessageType.Release)
        {
            rest = DhcpView.WriteOption(
                rest, DhcpView.ParameterListOption,
                [DhcpView.SubnetMaskOption, DhcpView.RouterOption, DhcpView.DnsOption, DhcpView.HostNameOption, DhcpView.DomainNameOption, DhcpView.MtuOption,
                    DhcpView.LeaseTimeOption, DhcpView.RenewalTimeOption, DhcpView.RebindingTimeOption]);
            BinaryPrimitives.WriteUInt16BigEndian(number, 1500);
            rest = DhcpView.WriteOption(rest, DhcpView.MaximumSizeOption, number[..2]);
            Span<byte> name = stackalloc byte[64];
            int count = Math.Min(HostName.Length, name.Length);
            for (int i = 0; i < count; i++)
            {
                name[i] = unchecked((byte)HostName[i]);
            }

            if (count > 0)
            {
                rest = DhcpView.WriteOption(rest, DhcpView.HostNameOption, name[..count]);
            }
        }

        rest[0] = 255;

        // No shorter than BOOTP's message, which old relays ask for (RFC 1542, 2.1).
        return Math.Max(bytes.Length - rest.Length + 1, 300);
    }
}
