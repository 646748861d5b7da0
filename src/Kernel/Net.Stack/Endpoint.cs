using Mote.Kernel.Net.Wire;
using Mote.Kernel.Tasks;

namespace Mote.Kernel.Net.Stack;

/// <summary>What a socket stands for in the stack: its addresses, the options they depend on, and who hears of its readiness.</summary>
public abstract class Endpoint : TimerNode
{
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

    /// <summary>The next endpoint of the same bucket of ports.</summary>
    internal Endpoint? NextBound { get; set; }

    /// <summary>Whether packets to an address of this machine are for it.</summary>
    internal bool Accepts(in IpAddress destination) => Local.Address.IsUnspecified ? Covers(destination.IsV4) : Local.Address == destination;

    /// <summary>Whether its unspecified address stands for addresses of a family.</summary>
    internal bool Covers(bool isV4) => Family == AddressFamily.V4 || Local.Address.IsV4 ? isV4 : !isV4 || !IsV6Only;

    /// <summary>Whether an address may be used with it at all.</summary>
    internal bool Speaks(in IpAddress address) => Family == AddressFamily.V4 ? address.IsV4 : !address.IsV4 || !IsV6Only;
}
