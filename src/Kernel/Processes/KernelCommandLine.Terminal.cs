using System;
using System.Buffers.Text;

namespace Mote.Kernel.Processes;

// The word about the terminal.
public sealed partial class KernelCommandLine
{
    /// <summary>The program's streams are a terminal (mote.tty=ROWSxCOLUMNS).</summary>
    public bool HasTerminal { get; private set; }

    public ushort TerminalRows { get; private set; }

    public ushort TerminalColumns { get; private set; }

    private bool TakeTerminal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (!key.SequenceEqual("mote.tty"u8))
        {
            return false;
        }

        HasTerminal = true;
        if (Utf8Parser.TryParse(value, out ushort rows, out int used) && used < value.Length && value[used] == (byte)'x'
            && Utf8Parser.TryParse(value[(used + 1)..], out ushort columns, out _))
        {
            TerminalRows = rows;
            TerminalColumns = columns;
        }

        return true;
    }
}
