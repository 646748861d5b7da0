using System;
using System.Buffers.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Observe;

/// <summary>Reads the control channel's other direction: lines from the tool. What it does not know, or is too long, it leaves out: the tool may be newer.</summary>
public sealed class ControlInput : Waiter
{
    private const int LongestLine = 256;

    private readonly ConsolePort _port;
    private readonly ControlListener _listener;
    private readonly byte[] _line = new byte[LongestLine];
    private readonly byte[] _chunk = new byte[LongestLine];
    private int _length;
    private bool _isTooLong;

    public ControlInput(ConsolePort port, ControlListener listener)
    {
        _port = port;
        _listener = listener;
        port.Readiness.Add(this);
        TakeAll();
    }

    public override bool Notify(uint events)
    {
        TakeAll();
        return false;
    }

    /// <summary>Takes what has come; to be called where interrupts are not handled yet.</summary>
    public void TakeAll()
    {
        int count;
        while ((count = _port.Read(_chunk)) > 0)
        {
            foreach (byte value in _chunk.AsSpan(0, count))
            {
                Take(value);
            }
        }
    }

    private void Take(byte value)
    {
        if (value == (byte)'\n')
        {
            if (!_isTooLong)
            {
                Obey(_line.AsSpan(0, _length));
            }

            _length = 0;
            _isTooLong = false;
        }
        else if (_length < LongestLine)
        {
            _line[_length++] = value;
        }
        else
        {
            _isTooLong = true;
        }
    }

    private void Obey(ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual("continue"u8))
        {
            _listener.OnContinue();
        }
        else if (line.StartsWith("size "u8) && TryParseSize(line["size "u8.Length..], out ushort rows, out ushort columns))
        {
            _listener.OnResize(rows, columns);
        }
        else if (line.SequenceEqual("listeners"u8))
        {
            _listener.OnListeners();
        }
        else if (line.SequenceEqual("core start"u8))
        {
            _listener.OnCoreStart();
        }
        else if (line.SequenceEqual("core stop"u8))
        {
            _listener.OnCoreStop();
        }
        else if (line.StartsWith("core more "u8) && TryParseCount(line["core more "u8.Length..], out long bytes))
        {
            _listener.OnCoreMore(bytes);
        }
        else if (line.StartsWith("signal "u8) && TryParseSignal(line["signal "u8.Length..], out int signal))
        {
            _listener.OnSignal(signal);
        }
        else if (line.StartsWith("time "u8) && TryParseCount(line["time "u8.Length..], out long unixNs))
        {
            _listener.OnTime(unixNs);
        }
    }

    private static bool TryParseCount(ReadOnlySpan<byte> text, out long count) =>
        Utf8Parser.TryParse(text, out count, out int used) && used == text.Length && count >= 0;

    private static bool TryParseSignal(ReadOnlySpan<byte> text, out int signal) =>
        Utf8Parser.TryParse(text, out signal, out int used) && used == text.Length && signal is > 0 and <= (int)Signal.SIGRTMAX;

    private static bool TryParseSize(ReadOnlySpan<byte> text, out ushort rows, out ushort columns)
    {
        columns = 0;
        return Utf8Parser.TryParse(text, out rows, out int used) && used < text.Length && text[used] == (byte)' '
            && Utf8Parser.TryParse(text[(used + 1)..], out columns, out int rest) && used + 1 + rest == text.Length;
    }
}
