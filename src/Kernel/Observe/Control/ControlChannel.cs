using System;
using System.Text;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Observe;

/// <summary>
/// Lines of UTF-8 text to the tool that runs the machine: <c>log</c>, <c>strace</c>, <c>crash</c>, <c>report</c>, <c>listens</c>, <c>core</c> with a text, and <c>exit</c> with the program's status as the
/// last one. Lines are whole or absent: what the port does not take at once waits in a buffer here. The line <c>core data</c> with a number is followed by so many bytes that are no lines.
/// </summary>
public sealed class ControlChannel
{
    private const int BufferBytes = 16 * 1024;
    private const int MaxTextBytes = 4 * 1024;

    /// <summary>The most bytes of a core file at once: with their line they fit into what <see cref="WaitForRoom"/> leaves.</summary>
    public const int LongestPiece = 4 * 1024;

    private readonly ConsolePort _port;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;
    private int _dropped;

    public ControlChannel(ConsolePort port)
    {
        _port = port;
        port.Readiness.Add(new Flusher(this));
    }

    /// <summary>A line of the kernel's log. It is dropped when the host does not keep up; the number of those is told later.</summary>
    public void Log(ReadOnlySpan<byte> text)
    {
        // Once a line is lost, all are until there is room for many again.
        if (_dropped > 0 && _end - _start <= BufferBytes / 2 && TryPut("log "u8, Encoding.UTF8.GetBytes($"({_dropped} lines of the log did not get through)")))
        {
            _dropped = 0;
        }

        if (_dropped > 0 || !TryPut("log "u8, text))
        {
            _dropped++;
        }

        Flush();
    }

    /// <summary>Makes the calling thread wait until a few lines of a trace or report fit.</summary>
    public void WaitForRoom()
    {
        while (_end - _start > BufferBytes / 2)
        {
            Flush();
            if (_end - _start > BufferBytes / 2 && !_port.IsWritable)
            {
                _port.Readiness.Wait(Instant.Never, isInterruptible: false, isExclusive: false);
            }
        }
    }

    /// <summary>A line of a system-call trace, after <see cref="WaitForRoom"/>. False when there is none.</summary>
    public bool TryTrace(ReadOnlySpan<byte> text)
    {
        bool isPut = TryPut("strace "u8, text);
        Flush();
        return isPut;
    }

    /// <summary>A line of a crash report. The calling thread waits until it fits.</summary>
    public void Crash(ReadOnlySpan<byte> text)
    {
        WaitForRoom();
        TryPut("crash "u8, text);
        Flush();
    }

    /// <summary>A line of the report on what the program called, for which there is time: nothing else runs any more. Waits until it fits, or the deadline.</summary>
    public void Report(ReadOnlySpan<byte> text, Instant deadline)
    {
        while (!TryPut("report "u8, text) && _port.Drain(deadline))
        {
            Flush();
        }

        Flush();
    }

    /// <summary>The first process was stopped by a signal: whoever runs the machine may stop, too, and continue both.</summary>
    public void Stopped(int signal)
    {
        Span<byte> digits = stackalloc byte[4];
        signal.TryFormat(digits, out int length, default, null);
        WaitForRoom();
        TryPut("stopped "u8, digits[..length]);
        Flush();
    }

    /// <summary>Part of the answer to <c>listeners</c>: <c>tcp</c> or <c>udp</c>, an address and a port, or <c>end</c>. It is dropped when the host does not keep up, which then asks again.</summary>
    public void Listens(ReadOnlySpan<byte> text)
    {
        TryPut("listens "u8, text);
        Flush();
    }

    /// <summary>A line about a core file. The calling thread waits until it fits.</summary>
    public void Core(ReadOnlySpan<byte> text)
    {
        WaitForRoom();
        TryPut("core "u8, text);
        Flush();
    }

    /// <summary>A line with a number at its end, of at most 16 bytes without it.</summary>
    public void Core(ReadOnlySpan<byte> text, ulong number)
    {
        Span<byte> line = stackalloc byte[40];
        text.CopyTo(line);
        _ = number.TryFormat(line[text.Length..], out int digits, default, null); // it fits
        Core(line[..(text.Length + digits)]);
    }

    /// <summary>Bytes of a core file, at most <see cref="LongestPiece"/>. The calling thread waits until they fit.</summary>
    public void CoreData(ReadOnlySpan<byte> bytes)
    {
        Core("data "u8, (ulong)bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(Place(bytes.Length)));
        _end += bytes.Length;
        Flush();
    }

    /// <summary>The last line: the program's status, 0 to 255. Waits, with everything else, until the host has it, or the deadline.</summary>
    public void Exit(int status, Instant deadline)
    {
        Span<byte> digits = stackalloc byte[4];
        status.TryFormat(digits, out int length, default, null);
        do
        {
            Flush();
            if (TryPut("exit "u8, digits[..length]))
            {
                break;
            }
        }
        while (_port.Drain(deadline));

        do
        {
            Flush();
        }
        while (_end > 0 && _port.Drain(deadline));
        _port.Drain(deadline);
    }

    private bool TryPut(ReadOnlySpan<byte> word, ReadOnlySpan<byte> text)
    {
        text = text[..Math.Min(text.Length, MaxTextBytes)];
        int length = word.Length + text.Length + Escapes(text) + 1;
        if (length > _buffer.Length - Place(length))
        {
            return false;
        }

        word.CopyTo(_buffer.AsSpan(_end));
        _end += word.Length;
        foreach (byte value in text)
        {
            if (value is (byte)'\n' or (byte)'\r')
            {
                _buffer[_end++] = (byte)'\\';
                _buffer[_end++] = value == (byte)'\n' ? (byte)'n' : (byte)'r';
            }
            else
            {
                _buffer[_end++] = value;
            }
        }

        _buffer[_end++] = (byte)'\n';
        return true;
    }

    /// <summary>Where the next bytes go, after what waits was moved to the buffer's start if they do not fit otherwise.</summary>
    private int Place(int length)
    {
        if (length > _buffer.Length - _end)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        return _end;
    }

    private static int Escapes(ReadOnlySpan<byte> text)
    {
        int count = 0;
        foreach (byte value in text)
        {
            count += value is (byte)'\n' or (byte)'\r' ? 1 : 0;
        }

        return count;
    }

    private void Flush()
    {
        while (_start < _end)
        {
            int taken = _port.Write(_buffer.AsSpan(_start, _end - _start));
            if (taken == 0)
            {
                if (_port.IsBroken)
                {
                    _start = _end;
                    break;
                }

                return;
            }

            _start += taken;
        }

        _start = 0;
        _end = 0;
    }

    /// <summary>Sends the rest when the port has room again.</summary>
    private sealed class Flusher(ControlChannel channel) : Waiter
    {
        public override bool Notify(uint events)
        {
            channel.Flush();
            return false;
        }
    }
}
