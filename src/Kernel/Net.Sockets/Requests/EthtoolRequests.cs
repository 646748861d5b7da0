using System;
using System.Buffers.Binary;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

/// <summary>
/// SIOCETHTOOL, by which ethtool(8) asks (dev_ethtool of Linux 6.1): whether the link is up, features, the driver, kinds of time stamps.
/// Nothing can be set: EPERM without CAP_NET_ADMIN, EOPNOTSUPP with it,
/// as a driver says that has no such settings.
/// </summary>
internal static class EthtoolRequests
{
    private const int DriverBytes = 196; // struct ethtool_drvinfo
    private const int LinkSettingsBytes = 48; // struct ethtool_link_settings without its masks
    private const int SetOfFeatures = 4; // ETH_SS_FEATURES
    private const int FeatureBlocks = 2;

    public static Errno Answer(SocketSystem home, NetStack stack, ReadOnlySpan<byte> request, AddressSpace space)
    {
        VirtAddr at = new(BinaryPrimitives.ReadUInt64LittleEndian(request[InterfaceRequests.NameBytes..]));
        if (!space.TryRead(at, out uint number))
        {
            return Errno.EFAULT;
        }

        EthtoolCommand command = (EthtoolCommand)number;
        if (InterfaceRequests.Find(stack, InterfaceRequests.DeviceName(request)) is not { } of)
        {
            return Errno.ENODEV;
        }

        switch (command)
        {
            case EthtoolCommand.Link:
                return Number(space, at, of.IsUp && of.Device.IsLinkUp ? 1u : 0);
            case EthtoolCommand.ReceiveChecksum or EthtoolCommand.SendChecksum or EthtoolCommand.ScatterGather
                or EthtoolCommand.Segmentation:
            case EthtoolCommand.GenericSegmentation or EthtoolCommand.Merging:
                return Number(space, at, EthtoolFeatures.Has(of, command) ? 1u : 0);
            case EthtoolCommand.Flags:
                return Number(space, at, 0);
            case EthtoolCommand.PermanentAddress:
                return TellAddress(of, at, space);
            case EthtoolCommand.StringSets:
                return TellSets(at, space);
            case EthtoolCommand.Strings:
                return TellNames(at, space);
            case EthtoolCommand.Features:
                return TellFeatures(of, at, space);
            case EthtoolCommand.Timestamping:
                return TellStamps(at, space);
            case EthtoolCommand.Driver when !of.IsLoopback:
                return TellDriver(at, space);
            case EthtoolCommand.LinkSettings when !of.IsLoopback:
                return TellLinkSettings(at, space);
            case EthtoolCommand.Driver or EthtoolCommand.LinkSettings or EthtoolCommand.Settings or EthtoolCommand.MessageLevel
                or EthtoolCommand.Coalescing:
            case EthtoolCommand.Rings or EthtoolCommand.Pause or EthtoolCommand.Statistics or EthtoolCommand.DatagramFragments
                or EthtoolCommand.PrivateFlags:
            case EthtoolCommand.HashFields or EthtoolCommand.ReceiveRings or EthtoolCommand.RuleCount or EthtoolCommand.Rule
                or EthtoolCommand.AllRules:
            case EthtoolCommand.HashTable or EthtoolCommand.Channels or EthtoolCommand.EnergyEfficiency or EthtoolCommand.HashSet
                or EthtoolCommand.Tunable:
            case EthtoolCommand.PhyStatistics or EthtoolCommand.PhyTunable or EthtoolCommand.ErrorCorrection:
                return Errno.EOPNOTSUPP;
            default:
                return home.Caller.IsPrivileged ? Errno.EOPNOTSUPP : Errno.EPERM;
        }
    }

    /// <summary>struct ethtool_value.</summary>
    private static Errno Number(AddressSpace space, VirtAddr at, uint number) =>
        space.TryWrite(at + sizeof(uint), number) ? Errno.None : Errno.EFAULT;

    /// <summary>
    /// struct ethtool_perm_addr: a length, which the program has set to that of its room, and the address; a loopback's is nothing.
    /// </summary>
    private static Errno TellAddress(NetInterface of, VirtAddr at, AddressSpace space)
    {
        Span<byte> address = stackalloc byte[MacAddress.Bytes];
        of.Mac.Write(address);
        if (!space.TryRead(at + sizeof(uint), out int room))
        {
            return Errno.EFAULT;
        }

        return room < address.Length ? Errno.ETOOSMALL
            : space.TryWrite(at + sizeof(uint), address.Length) && space.Write(at + (2 * sizeof(uint)), address) == address.Length
                ? Errno.None
            : Errno.EFAULT;
    }

    /// <summary>struct ethtool_sset_info: a mask of sets at 8, and the number of names of each; only that of features is there.</summary>
    private static Errno TellSets(VirtAddr at, AddressSpace space)
    {
        if (!space.TryRead(at + 8, out ulong asked))
        {
            return Errno.EFAULT;
        }

        ulong known = asked & (1UL << SetOfFeatures);
        bool isTold = space.TryWrite(at + 8, known) && (known == 0 || space.TryWrite(at + 16, EthtoolFeatures.Names.Length));
        return isTold ? Errno.None : Errno.EFAULT;
    }

    /// <summary>struct ethtool_gstrings: the set, how many, and the names.</summary>
    private static Errno TellNames(VirtAddr at, AddressSpace space)
    {
        if (!space.TryRead(at + sizeof(uint), out uint set))
        {
            return Errno.EFAULT;
        }

        if (set != SetOfFeatures)
        {
            return Errno.EOPNOTSUPP;
        }

        Span<byte> name = stackalloc byte[EthtoolFeatures.NameBytes];
        VirtAddr to = at + 12;
        foreach (string each in EthtoolFeatures.Names)
        {
            name.Clear();
            _ = Encoding.ASCII.GetBytes(each, name);
            if (space.Write(to, name) != name.Length)
            {
                return Errno.EFAULT;
            }

            to += EthtoolFeatures.NameBytes;
        }

        return space.TryWrite(at + 8, EthtoolFeatures.Names.Length) ? Errno.None : Errno.EFAULT;
    }

    /// <summary>
    /// struct ethtool_gfeatures: how many blocks the program has room for, and of each what could be changed, what is wanted, active and
    /// fixed for good.
    /// </summary>
    private static Errno TellFeatures(NetInterface of, VirtAddr at, AddressSpace space)
    {
        const int BlockBytes = 16;
        if (!space.TryRead(at + sizeof(uint), out uint room) || !space.TryWrite(at + sizeof(uint), FeatureBlocks))
        {
            return Errno.EFAULT;
        }

        Span<byte> block = stackalloc byte[BlockBytes];
        for (int i = 0; i < FeatureBlocks && i < room; i++)
        {
            int shift = i * 32;
            uint active = unchecked((uint)(EthtoolFeatures.ActiveOf(of) >> shift));
            block.Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(block[4..], active);
            BinaryPrimitives.WriteUInt32LittleEndian(block[8..], active);
            BinaryPrimitives.WriteUInt32LittleEndian(block[12..], unchecked((uint)(EthtoolFeatures.NeverChanging >> shift)));
            if (space.Write(at + 8 + (ulong)(i * BlockBytes), block) != BlockBytes)
            {
                return Errno.EFAULT;
            }
        }

        return Errno.None;
    }

    /// <summary>struct ethtool_ts_info: the stack's own clock stamps what comes and goes; the card has none.</summary>
    private static Errno TellStamps(VirtAddr at, AddressSpace space)
    {
        const int StampBytes = 44;
        const TimestampFlags Own = TimestampFlags.SendSoftware | TimestampFlags.ReceiveSoftware | TimestampFlags.Software;
        Span<byte> answer = stackalloc byte[StampBytes];
        answer.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(answer, (uint)EthtoolCommand.Timestamping);
        BinaryPrimitives.WriteUInt32LittleEndian(answer[4..], (uint)Own);
        BinaryPrimitives.WriteInt32LittleEndian(answer[8..], -1);
        return space.Write(at, answer) == StampBytes ? Errno.None : Errno.EFAULT;
    }

    /// <summary>struct ethtool_drvinfo: the name of the driver at 4, its version at 36, the place on the bus at 100.</summary>
    private static Errno TellDriver(VirtAddr at, AddressSpace space)
    {
        Span<byte> answer = stackalloc byte[DriverBytes];
        answer.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(answer, (uint)EthtoolCommand.Driver);
        "virtio_net"u8.CopyTo(answer[4..]);
        "1.0.0"u8.CopyTo(answer[36..]);
        return space.Write(at, answer) == DriverBytes ? Errno.None : Errno.EFAULT;
    }

    /// <summary>
    /// struct ethtool_link_settings: no speed and no duplex are known, as of a card that is not of wire. The first call tells by a negative
    /// number how long the masks are.
    /// </summary>
    private static Errno TellLinkSettings(VirtAddr at, AddressSpace space)
    {
        const int MaskWordsAt = 18;
        const int MaskWords = 3; // of link modes: 92 bits in Linux 6.1
        const byte OtherPort = 0xff;
        const byte UnknownDuplex = 0xff;
        Span<byte> settings = stackalloc byte[LinkSettingsBytes + (3 * MaskWords * sizeof(uint))];
        if (space.Read(at, settings[..LinkSettingsBytes]) != LinkSettingsBytes)
        {
            return Errno.EFAULT;
        }

        bool isSized = unchecked((sbyte)settings[MaskWordsAt]) == MaskWords;
        settings.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(settings, (uint)EthtoolCommand.LinkSettings);
        if (!isSized)
        {
            settings[MaskWordsAt] = unchecked((byte)-MaskWords);
            return space.Write(at, settings[..LinkSettingsBytes]) == LinkSettingsBytes ? Errno.None : Errno.EFAULT;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(settings[4..], uint.MaxValue); // SPEED_UNKNOWN
        settings[8] = UnknownDuplex;
        settings[9] = OtherPort;
        settings[MaskWordsAt] = MaskWords;
        return space.Write(at, settings) == settings.Length ? Errno.None : Errno.EFAULT;
    }
}
