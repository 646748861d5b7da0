using System;
using System.Text;
using Mote.Machine;

namespace Mote.Kernel.Logging;

/// <summary>
/// What the kernel has to say: the last lines in a ring, and all new ones to a sink when there is one. A line is time, a colon and text. Writing is
/// for rare events: the text is made by the caller.
/// </summary>
public sealed class KernelLog
{
    private const int Lines = 64;
    private const int MaxLineBytes = 400;

    private readonly byte[]?[] _lines = new byte[]?[Lines];
    private readonly byte[] _scratch = new byte[MaxLineBytes];
    private int _next;
    private LogSink? _sink;
    private bool _isWriting;

    /// <summary>Lines written since the start; those before the last 64 are gone from the ring.</summary>
    public long Count { get; private set; }

    /// <summary>Gives every line from now on to a sink, and before that those that the ring still has. Null stops it.</summary>
    public void Attach(LogSink? sink)
    {
        if (sink != null)
        {
            Replay(sink);
        }

        _sink = sink;
    }

    /// <summary>Gives the ring's lines to a sink, the oldest first.</summary>
    public void Replay(LogSink sink)
    {
        for (int i = 0; i < Lines; i++)
        {
            byte[]? line = _lines[(_next + i) % Lines];
            if (line != null)
            {
                sink.Write(line);
            }
        }
    }

    /// <summary>Writes one line. What would not fit into 400 bytes is cut off.</summary>
    public void Write(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int length = WriteTime(_scratch);
        Encoding.UTF8.TryGetBytes(text.AsSpan(0, Math.Min(text.Length, (MaxLineBytes - length) / 3)), _scratch.AsSpan(length), out int written);
        byte[] line = _scratch.AsSpan(0, length + written).ToArray();
        _lines[_next] = line;
        _next = (_next + 1) % Lines;
        Count++;
        PanicLog.Append(line);

        // A sink's own trouble is logged too; it must not come back to the sink.
        if (_sink != null && !_isWriting)
        {
            _isWriting = true;
            _sink.Write(line);
            _isWriting = false;
        }
    }

    /// <summary>Milliseconds and microseconds since the start: "12.345: ".</summary>
    private static int WriteTime(Span<byte> line)
    {
        ulong micros = Clock.Now.Nanoseconds / 1000;
        Span<byte> digits = stackalloc byte[24];
        int at = digits.Length;
        digits[--at] = (byte)' ';
        digits[--at] = (byte)':';
        for (int i = 0; i < 3 || micros != 0 || i == 3; i++)
        {
            if (i == 3)
            {
                digits[--at] = (byte)'.';
            }

            digits[--at] = (byte)('0' + (micros % 10));
            micros /= 10;
        }

        digits[at..].CopyTo(line);
        return digits.Length - at;
    }
}
