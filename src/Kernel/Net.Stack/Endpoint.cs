using Mote.Kernel.Net.Wire;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>What a socket stands for in the stack: its addresses, the options they depend on, and who hears of its readiness.</summary>
public abstract class Endpoint : TimerNode
{
    private ErrorQueue _reports;

    private protected Endpoint(NetStack stack, AddressFamily family)
    {
        Stack = stack;
        Family = family;
        Local = new EndpointAddress(family == AddressFamily.V4 ? IpAddress.AnyV4 : IpAddress.AnyV6, 0);
        Remote = Local;
    }

    public NetStack Stack { get; }

    /// <summary>Of which family its addresses are; IPv6 without <see cref="IsV6Only"/> has IPv4 ones in their mapped form too.</summary>
    public AddressFamily Family { get; private protected set; }

    /// <summary>Hears of readiness; null for nobody.</summary>
    public EndpointObserver? Observer { get; set; }

    /// <summary>The address it is bound to.</summary>
    public EndpointAddress Local { get; internal set; }

    /// <summary>The peer; with port zero, none.</summary>
    public EndpointAddress Remote { get; internal set; }

    /// <summary>SO_REUSEADDR.</summary>
    public bool ReusesAddress { get; set; }

    /// <summary>SO_REUSEPORT.</summary>
    public bool ReusesPort { get; set; }

    /// <summary>IPV6_V6ONLY.</summary>
    public bool IsV6Only { get; set; }

    /// <summary>SO_BINDTODEVICE: the index of the only interface to use, or zero.</summary>
    public int BoundInterface { get; set; }

    /// <summary>IP_FREEBIND and IP_TRANSPARENT: it may be bound to an address that the machine does not have.</summary>
    public bool BindsAnywhere { get; set; }

    /// <summary>Whether <see cref="Local"/> holds a port in the table of ports.</summary>
    public bool IsBound { get; internal set; }

    /// <summary>SO_SELECT_ERR_QUEUE: an entry in the queue of errors is urgent.</summary>
    public bool IsErrorQueueUrgent { get; set; }

    /// <summary>IP_BIND_ADDRESS_NO_PORT: takes an address and leaves the port until there is a peer, so that many may share one to different peers.</summary>
    public NetError TakeAddress(EndpointAddress address)
    {
        NetError error = IsBound ? NetError.InvalidArgument : Stack.CheckBindable(this, address.Address);
        Local = error == NetError.None ? address : Local;
        return error;
    }

    /// <summary>Whether it is bound to an interface that is not there (SO_BINDTOIFINDEX): nothing leads anywhere then.</summary>
    private protected bool IsNowhere => BoundInterface != 0 && Stack.InterfaceOf(BoundInterface) == null;

    /// <summary>What it is ready for now.</summary>
    public abstract NetEvents Readiness { get; }

    /// <summary>Whether the queue of errors has entries.</summary>
    public bool HasReports => !_reports.IsEmpty;

    /// <summary>The next endpoint of the same bucket of ports.</summary>
    internal Endpoint? NextBound { get; set; }

    /// <summary>Takes the oldest entry of the queue of errors, with the data it is about; the caller releases it. Null when there is none.</summary>
    [AllocationFree]
    public virtual PacketBuffer? TakeReport(out ErrorReport report) => _reports.Take(out report);

    /// <summary>Drops all entries: the option that queues errors was taken back.</summary>
    public void ClearReports() => _reports.Clear();

    /// <summary>MSG_ZEROCOPY: what was sent as the message of this number has been copied, and its memory is the program's again.</summary>
    [AllocationFree]
    public void ReportCopied(uint number, Instant now)
    {
        if (!_reports.TryExtendCopied(number) && Stack.Pool.TryTakePacket(out PacketBuffer empty))
        {
            AddReport(new ErrorReport { Origin = ErrorOrigin.ZeroCopy, Code = ErrorReport.WasCopied, Info = number, Data = number }, empty, now);
        }
    }

    /// <summary>Adds an entry, and whoever waits hears of it. The packet is the queue's.</summary>
    [AllocationFree]
    private protected void AddReport(in ErrorReport report, PacketBuffer packet, Instant at)
    {
        if (_reports.Add(report, packet, at, ReportLimit))
        {
            Observer?.OnReady(NetEvents.Error | NetEvents.Readable | NetEvents.Writable | (IsErrorQueueUrgent ? NetEvents.Urgent : 0));
        }
    }

    /// <summary>The memory that entries may take.</summary>
    private protected abstract int ReportLimit { get; }

    private protected NetError FirstIcmpError => _reports.FirstIcmpError;

    /// <summary>Whether packets to an address of this machine are for it.</summary>
    internal bool Accepts(in IpAddress destination) => Local.Address.IsUnspecified ? Covers(destination.IsV4) : Local.Address == destination;

    /// <summary>Whether its unspecified address stands for addresses of a family.</summary>
    internal bool Covers(bool isV4) => Family == AddressFamily.V4 || Local.Address.IsV4 ? isV4 : !isV4 || !IsV6Only;

    /// <summary>Whether an address may be used with it at all.</summary>
    internal bool Speaks(in IpAddress address) => Family == AddressFamily.V4 ? address.IsV4 : !address.IsV4 || !IsV6Only;
}
