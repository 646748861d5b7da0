using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// What an acknowledgement brings.
public sealed partial class DhcpClient
{
    private const int MaximumServers = 4;

    /// <summary>Takes a lease and sets the interface up by it.</summary>
    [MayAllocate("an address is leased once in hours")]
    private void Take(DhcpView message, uint seconds)
    {
        DhcpLease lease = new()
        {
            Address = new InterfaceAddress(message.YourAddress, PrefixLength(message)),
            Server = message.TryFindAddress(DhcpView.ServerOption, out IpAddress server) ? server : _server,
            LeaseSeconds = seconds,
            HostName = Name(message, DhcpView.HostNameOption),
            DomainName = Name(message, DhcpView.DomainNameOption),
            DnsServers = Servers(message),
        };
        if (message.TryFindAddress(DhcpView.RouterOption, out IpAddress router) && IsUsable(router))
        {
            lease.Router = router;
        }

        if (message.TryFind(DhcpView.MtuOption, out ReadOnlySpan<byte> mtu) && mtu.Length == 2)
        {
            lease.Mtu = BinaryPrimitives.ReadUInt16BigEndian(mtu);
        }

        lease.RenewalSeconds = message.TryFindNumber(DhcpView.RenewalTimeOption, out uint renewal) && renewal < seconds ? renewal : seconds == uint.MaxValue ? seconds : seconds / 2;
        lease.RebindingSeconds = message.TryFindNumber(DhcpView.RebindingTimeOption, out uint rebinding) && rebinding < seconds && rebinding >= lease.RenewalSeconds
            ? rebinding
            : seconds == uint.MaxValue ? seconds : (uint)((ulong)seconds * 7 / 8);
        _server = lease.Server;
        State = DhcpState.Bound;
        _boundAt = Stack.Now;
        Stack.Timers.Arm(this, At(lease.RenewalSeconds));

        bool isOther = Lease == null || Lease.Address != lease.Address || Lease.Router != lease.Router;
        if (isOther)
        {
            Withdraw();
            _ = Stack.TryAddAddress(_interface, lease.Address);
            if (!lease.Router.IsUnspecified)
            {
                Stack.AddDefaultRoute(_interface, lease.Router);
            }

            Stack.Announce(_interface, lease.Address.Address);
        }

        if (lease.Mtu >= 576)
        {
            _interface.SetMtu(lease.Mtu);
        }

        Lease = lease;
        Observer?.OnConfigured(_interface);
    }

    /// <summary>Takes away what the lease gave.</summary>
    [MayAllocate("an address is lost once in hours")]
    private void Withdraw()
    {
        if (Lease is not { } lease)
        {
            return;
        }

        Lease = null;
        Stack.RemoveAddress(_interface, lease.Address.Address);
        if (!lease.Router.IsUnspecified)
        {
            Stack.Routes.Remove(route => route.Interface == _interface && route.PrefixLength == 0 && route.Gateway == lease.Router);
            Stack.PathsChanged();
        }

        Observer?.OnConfigured(_interface);
    }

    private static int PrefixLength(DhcpView message)
    {
        if (message.TryFindNumber(DhcpView.SubnetMaskOption, out uint mask) && mask != 0 && (~mask & unchecked(~mask + 1)) == 0)
        {
            return System.Numerics.BitOperations.PopCount(mask);
        }

        // Without a mask: that of the address's class, as servers without the option mean it.
        return message.YourAddress.V4 >> 31 == 0 ? 8 : message.YourAddress.V4 >> 30 == 2 ? 16 : 24;
    }

    private static List<IpAddress> Servers(DhcpView message)
    {
        List<IpAddress> servers = [];
        if (message.TryFind(DhcpView.DnsOption, out ReadOnlySpan<byte> value))
        {
            for (; value.Length >= IpAddress.V4Bytes && servers.Count < MaximumServers; value = value[IpAddress.V4Bytes..])
            {
                servers.Add(IpAddress.ReadV4(value));
            }
        }

        return servers;
    }

    /// <summary>A name, if it is one: it goes into files that programs read.</summary>
    private static string Name(DhcpView message, byte option)
    {
        if (!message.TryFind(option, out ReadOnlySpan<byte> value) || value.Length is 0 or > 253)
        {
            return "";
        }

        Span<char> name = stackalloc char[253];
        value = value[^1] == 0 ? value[..^1] : value;
        for (int i = 0; i < value.Length; i++)
        {
            char c = (char)value[i];
            if (!char.IsAsciiLetterOrDigit(c) && c != '.' && c != '-')
            {
                return "";
            }

            name[i] = c;
        }

        return new string(name[..value.Length]);
    }
}
