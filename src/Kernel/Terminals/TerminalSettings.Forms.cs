using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;

namespace Mote.Kernel.Terminals;

// struct termio, the kernel's struct termios and struct termios2 (asm-generic/termios.h, asm-generic/termbits.h).
public sealed partial class TerminalSettings
{
    internal const int OldBytes = 18;
    internal const int UsualBytes = 36;
    internal const int LongBytes = 44;

    private const int OldCharacters = 8;
    private const int LineOffset = 16;

    /// <summary>Baud of the speed codes B0 to B38400 (termios(3)); <see cref="s_fastSpeeds"/> are those from B57600 on.</summary>
    private static readonly uint[] s_speeds = [0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400];

    private static readonly uint[] s_fastSpeeds =
        [0, 57600, 115200, 230400, 460800, 500000, 576000, 921600, 1000000, 1152000, 1500000, 2000000, 2500000, 3000000, 3500000, 4000000];

    /// <summary>Writes the form of the buffer's length.</summary>
    internal void WriteTo(Span<byte> to)
    {
        to.Clear();
        if (to.Length == OldBytes)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)((uint)Input & 0xffff));
            BinaryPrimitives.WriteUInt16LittleEndian(to[2..], (ushort)((uint)Output & 0xffff));
            BinaryPrimitives.WriteUInt16LittleEndian(to[4..], (ushort)((uint)Control & 0xffff));
            BinaryPrimitives.WriteUInt16LittleEndian(to[6..], (ushort)((uint)Local & 0xffff));
            to[8] = Line;
            _characters.AsSpan(0, OldCharacters).CopyTo(to[9..]);
            return;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(to, (uint)Input);
        BinaryPrimitives.WriteUInt32LittleEndian(to[4..], (uint)Output);
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], (uint)Control);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], (uint)Local);
        to[LineOffset] = Line;
        _characters.CopyTo(to[(LineOffset + 1)..]);
        if (to.Length == LongBytes)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(to[36..], InputSpeed);
            BinaryPrimitives.WriteUInt32LittleEndian(to[40..], OutputSpeed);
        }
    }

    /// <summary>Reads the form of the buffer's length. What the old form lacks stays.</summary>
    internal void ReadFrom(ReadOnlySpan<byte> from)
    {
        if (from.Length == OldBytes)
        {
            Input = (InputModes)(((uint)Input & 0xffff0000) | BinaryPrimitives.ReadUInt16LittleEndian(from));
            Output = (OutputModes)(((uint)Output & 0xffff0000) | BinaryPrimitives.ReadUInt16LittleEndian(from[2..]));
            Control = (ControlModes)(((uint)Control & 0xffff0000) | BinaryPrimitives.ReadUInt16LittleEndian(from[4..]));
            Local = (LocalModes)(((uint)Local & 0xffff0000) | BinaryPrimitives.ReadUInt16LittleEndian(from[6..]));
            Line = from[8];
            from.Slice(9, OldCharacters).CopyTo(_characters);
        }
        else
        {
            Input = (InputModes)BinaryPrimitives.ReadUInt32LittleEndian(from);
            Output = (OutputModes)BinaryPrimitives.ReadUInt32LittleEndian(from[4..]);
            Control = (ControlModes)BinaryPrimitives.ReadUInt32LittleEndian(from[8..]);
            Local = (LocalModes)BinaryPrimitives.ReadUInt32LittleEndian(from[12..]);
            Line = from[LineOffset];
            from.Slice(LineOffset + 1, _characters.Length).CopyTo(_characters);
            if (from.Length == LongBytes)
            {
                InputSpeed = BinaryPrimitives.ReadUInt32LittleEndian(from[36..]);
                OutputSpeed = BinaryPrimitives.ReadUInt32LittleEndian(from[40..]);
            }
        }

        OutputSpeed = SpeedOf(Control & ControlModes.SpeedMask, OutputSpeed);
        ControlModes input = (ControlModes)((uint)(Control & ControlModes.InputSpeedMask) >> 16);
        InputSpeed = input == ControlModes.None ? OutputSpeed : SpeedOf(input, InputSpeed);

        // A wire that is not there carries eight bits without parity (Linux: pty_set_termios).
        Control = (Control & ~(ControlModes.SizeMask | ControlModes.Parity)) | ControlModes.EightBits | ControlModes.Receive;
    }

    private static uint SpeedOf(ControlModes code, uint number)
    {
        if (code == ControlModes.OtherSpeed)
        {
            return number;
        }

        uint[] speeds = (code & ControlModes.OtherSpeed) != 0 ? s_fastSpeeds : s_speeds;
        return speeds[(int)code & 0xf];
    }
}
