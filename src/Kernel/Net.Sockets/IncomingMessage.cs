using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;

namespace Mote.Kernel.Net.Sockets;

/// <summary>What recvmsg(2) wants and gets beside the bytes.</summary>
public ref struct IncomingMessage
{
    private const int HeaderBytes = 16;

    /// <summary>MSG_ flags of the call.</summary>
    public MessageFlags Flags;

    /// <summary>MSG_ flags that came with the message.</summary>
    public MessageFlags Received;

    /// <summary>Room for the sender's address, or empty when nobody wants it.</summary>
    public Span<byte> Name;

    /// <summary>Bytes of the address; it may be longer than what was stored.</summary>
    public int NameLength;

    /// <summary>Files that came; the receiver owns them.</summary>
    public FileRights? Rights;

    /// <summary>Who sent it, when the socket has SO_PASSCRED.</summary>
    public SocketCredentials? Credentials;

    /// <summary>Room for other control messages, which stand in it as the program gets them.</summary>
    public Span<byte> Control;

    public int ControlLength;

    /// <summary>Sets the sender's address.</summary>
    public void SetName(scoped ReadOnlySpan<byte> name)
    {
        NameLength = name.Length;
        name[..Math.Min(name.Length, Name.Length)].CopyTo(Name);
    }

    /// <summary>Adds a control message; without room for it MSG_CTRUNC is set.</summary>
    public void AddControl(SocketLevel level, int type, scoped ReadOnlySpan<byte> data)
    {
        int length = HeaderBytes + data.Length;
        int padded = (length + 7) & ~7;
        if (ControlLength + padded > Control.Length)
        {
            Received |= MessageFlags.ControlTruncated;
            return;
        }

        Span<byte> at = Control[ControlLength..];
        BinaryPrimitives.WriteUInt64LittleEndian(at, (ulong)length);
        BinaryPrimitives.WriteInt32LittleEndian(at[8..], (int)level);
        BinaryPrimitives.WriteInt32LittleEndian(at[12..], type);
        data.CopyTo(at[HeaderBytes..]);
        at[length..padded].Clear();
        ControlLength += padded;
    }
}
