using System;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>RTM_GETNETCONF: what /proc/sys/net/ipv4/conf and ipv6/conf say of forwarding, by interface, of all and of those to come. The machine forwards nothing.</summary>
internal sealed class ConfigurationAnswers(NetStack stack, NetlinkWriter writer)
{
    /// <summary>struct netconfmsg: the family.</summary>
    private const int FixedBytes = 1;
    private const int AlignedBytes = 4;
    private const ushort IndexAttribute = 1;
    private const int All = -1;
    private const int Default = -2;

    public Errno Answer(in NetlinkRequest request)
    {
        if (request.IsDump)
        {
            foreach (AddressFamily family in (ReadOnlySpan<AddressFamily>)[AddressFamily.Inet, AddressFamily.Inet6])
            {
                if (request.Family != AddressFamily.Unspecified && request.Family != family)
                {
                    continue;
                }

                foreach (NetInterface each in stack.Interfaces)
                {
                    Configuration(family, each.Index, request.AnswerFlags);
                }

                Configuration(family, All, request.AnswerFlags);
                Configuration(family, Default, request.AnswerFlags);
            }

            return Errno.None;
        }

        if (request.Family is not (AddressFamily.Inet or AddressFamily.Inet6))
        {
            return Errno.EOPNOTSUPP;
        }

        if (!request.TryGetNumber(AlignedBytes, IndexAttribute, out uint number))
        {
            return Errno.EINVAL;
        }

        int index = unchecked((int)number);
        if (index is not (All or Default) && stack.InterfaceOf(index) == null)
        {
            return Errno.EINVAL;
        }

        Configuration(request.Family, index, 0);
        return Errno.None;
    }

    private void Configuration(AddressFamily family, int index, ushort flags)
    {
        Span<byte> body = writer.Begin(NetlinkMessage.NewConfiguration, flags, FixedBytes);
        body[0] = (byte)family;
        writer.AddSigned(IndexAttribute, index);
        writer.AddNumber(2, 0); // forwarding
        if (family == AddressFamily.Inet)
        {
            writer.AddNumber(3, 0); // checks of the way back
        }

        writer.AddNumber(4, 0); // forwarding of groups
        if (family == AddressFamily.Inet)
        {
            writer.AddNumber(8, 0); // forwarding of broadcasts
        }

        writer.AddNumber(5, 0); // answers for neighbours
        writer.AddNumber(6, 0); // routes without a link
        writer.End();
    }
}
