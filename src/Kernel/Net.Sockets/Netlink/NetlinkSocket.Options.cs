using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;

namespace Mote.Kernel.Net.Sockets;

// Options at the level SOL_NETLINK (netlink(7)).
internal sealed partial class NetlinkSocket
{
    private const int AddMembership = 1;
    private const int DropMembership = 2;
    private const int PacketInformation = 3;
    private const int BroadcastError = 4;
    private const int NoOverrun = 5;
    private const int ListMemberships = 9;
    private const int CappedErrors = 10;
    private const int ExtendedErrors = 11;
    private const int StrictCheck = 12;

    /// <summary>The groups that a socket can be in here: those that fit its name.</summary>
    private const int LastGroup = 32;

    private bool _tellsGroup;
    private bool _failsBroadcasts;
    private bool _losesSilently;
    private bool _capsErrors;
    private bool _explainsErrors;
    private bool _isStrict;

    public override Errno RefusalOfLevel(int level, bool isSet) =>
        level is (int)SocketLevel.Netlink or (int)SocketLevel.Socket ? Errno.None : Errno.ENOPROTOOPT;

    public override Errno SetOption(int level, int option, ReadOnlySpan<byte> value)
    {
        if (level != (int)SocketLevel.Netlink)
        {
            return level == (int)SocketLevel.Socket ? base.SetOption(level, option, value) : Errno.ENOPROTOOPT;
        }

        if (value.Length < sizeof(int))
        {
            return Errno.EINVAL;
        }

        int number = BinaryPrimitives.ReadInt32LittleEndian(value);
        bool isOn = number != 0;
        switch (option)
        {
            case AddMembership when number is >= 1 and <= LastGroup:
                Groups |= 1u << (number - 1);
                return Errno.None;
            case DropMembership when number is >= 1 and <= LastGroup:
                Groups &= ~(1u << (number - 1));
                return Errno.None;
            case AddMembership or DropMembership:
                return Errno.EINVAL;
            case PacketInformation:
                _tellsGroup = isOn;
                return Errno.None;
            case BroadcastError:
                _failsBroadcasts = isOn;
                return Errno.None;
            case NoOverrun:
                _losesSilently = isOn;
                PendingError = isOn ? Errno.None : PendingError;
                return Errno.None;
            case CappedErrors:
                _capsErrors = isOn;
                return Errno.None;
            case ExtendedErrors:
                _explainsErrors = isOn;
                return Errno.None;
            case StrictCheck:
                _isStrict = isOn;
                return Errno.None;
            default:
                return Errno.ENOPROTOOPT;
        }
    }

    public override Result<int> GetOption(int level, int option, Span<byte> value)
    {
        if (level != (int)SocketLevel.Netlink)
        {
            return level == (int)SocketLevel.Socket ? base.GetOption(level, option, value) : Errno.ENOPROTOOPT;
        }

        switch (option)
        {
            case PacketInformation:
                return Number(value, _tellsGroup ? 1 : 0);
            case BroadcastError:
                return Number(value, _failsBroadcasts ? 1 : 0);
            case NoOverrun:
                return Number(value, _losesSilently ? 1 : 0);
            case CappedErrors:
                return Number(value, _capsErrors ? 1 : 0);
            case ExtendedErrors:
                return Number(value, _explainsErrors ? 1 : 0);
            case StrictCheck:
                return Number(value, _isStrict ? 1 : 0);
            case ListMemberships:
                BinaryPrimitives.WriteUInt32LittleEndian(value, Groups);
                return sizeof(uint);
            default:
                return Errno.ENOPROTOOPT;
        }
    }
}
