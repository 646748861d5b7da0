using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Terminals;

/// <summary>
/// What goes to a terminal, from programs and as echo: output processing (OPOST) and the column that it needs to know. Echo that the terminal does not take at once waits
/// here and goes before what programs write later.
/// </summary>
internal sealed class TerminalOutput(Terminal terminal)
{
    private const int HeldBytes = 4096;
    private const int TabColumns = 8;

    private readonly byte[] _held = new byte[HeldBytes];
    private int _heldCount;
    private int _column;

    /// <summary>Where the line that is being typed began.</summary>
    private int _lineColumn;

    private TerminalSettings Settings => terminal.Settings;

    /// <summary>Whether <see cref="Write"/> would take something now.</summary>
    public bool HasRoom => !terminal.IsOutputStopped && _heldCount == 0 && terminal.OutputRoom > 0;

    /// <summary>Takes bytes of a program; returns how many. <see cref="Push"/> follows.</summary>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        if (terminal.IsOutputStopped || !SendHeld())
        {
            return 0;
        }

        if (!Settings.Has(OutputModes.Process))
        {
            return terminal.Send(bytes);
        }

        Span<byte> expanded = stackalloc byte[TabColumns];
        int done = 0;
        while (done < bytes.Length)
        {
            int run = PlainRun(bytes[done..]);
            if (run > 0)
            {
                int sent = terminal.Send(bytes.Slice(done, run));
                Advance(bytes.Slice(done, sent));
                done += sent;
                if (sent < run)
                {
                    break;
                }

                continue;
            }

            int column = _column;
            int lineColumn = _lineColumn;
            int count = Expand(bytes[done], expanded);
            if (count > terminal.OutputRoom)
            {
                _column = column;
                _lineColumn = lineColumn;
                break;
            }

            _ = terminal.Send(expanded[..count]); // there is room
            done++;
        }

        return done;
    }

    /// <summary>Echoes a byte, processed as output is.</summary>
    public void Echo(byte value)
    {
        if (!Settings.Has(OutputModes.Process))
        {
            Hold(value);
            return;
        }

        Span<byte> expanded = stackalloc byte[TabColumns];
        int count = Expand(value, expanded);
        foreach (byte each in expanded[..count])
        {
            Hold(each);
        }
    }

    /// <summary>Echoes a control character as ^X.</summary>
    public void EchoControl(byte value)
    {
        Hold((byte)'^');
        Hold((byte)(value ^ 0x40));
        _column += 2;
    }

    /// <summary>Moves back over a tab that was erased, which began <paramref name="columns"/> behind the line's start or the last tab.</summary>
    public void EchoBackOverTab(int columns, bool isAfterTab)
    {
        int start = isAfterTab ? columns : columns + _lineColumn;
        for (int i = TabColumns - (start % TabColumns); i > 0; i--)
        {
            Hold((byte)'\b');
            MoveBack();
        }
    }

    public void MoveBack() => _column -= _column > 0 ? 1 : 0;

    public void MarkLineStart() => _lineColumn = _column;

    /// <summary>Sends what waits, as far as the terminal takes it now.</summary>
    public void Push()
    {
        if (!terminal.IsOutputStopped)
        {
            _ = SendHeld(); // the rest goes when there is room
        }

        terminal.OnSent();
    }

    /// <summary>Drops what the terminal has not taken yet.</summary>
    public void Discard()
    {
        _heldCount = 0;
        terminal.DiscardSent();
    }

    private static int PlainRun(ReadOnlySpan<byte> bytes, bool isUpper)
    {
        int length = isUpper ? 0 : bytes.IndexOfAnyInRange((byte)0, (byte)0x1f);
        return length < 0 ? bytes.Length : length;
    }

    private int PlainRun(ReadOnlySpan<byte> bytes) => PlainRun(bytes, Settings.Has(OutputModes.ToUpper));

    /// <summary>True when nothing is left.</summary>
    private bool SendHeld()
    {
        if (_heldCount > 0)
        {
            int sent = terminal.Send(_held.AsSpan(0, _heldCount));
            _held.AsSpan(sent, _heldCount - sent).CopyTo(_held);
            _heldCount -= sent;
        }

        return _heldCount == 0;
    }

    /// <summary>Keeps a byte of echo; when there are too many, echo is lost, as on Linux.</summary>
    private void Hold(byte value)
    {
        if (_heldCount == HeldBytes)
        {
            _ = terminal.IsOutputStopped || SendHeld();
        }

        if (_heldCount < HeldBytes)
        {
            _held[_heldCount++] = value;
        }
    }

    private void Advance(ReadOnlySpan<byte> printed)
    {
        bool isUtf8 = Settings.Has(InputModes.Utf8);
        foreach (byte value in printed)
        {
            _column += value != 0x7f && !(isUtf8 && (value & 0xc0) == 0x80) ? 1 : 0;
        }

        // The column matters within a line only; one without end must not overflow it.
        _column &= 0xffff;
    }

    /// <summary>What a byte becomes on its way out, and where it leaves the column. Returns the number of bytes.</summary>
    private int Expand(byte value, Span<byte> to)
    {
        switch (value)
        {
            case (byte)'\n':
                if (Settings.Has(OutputModes.NewLineReturns))
                {
                    _column = 0;
                }

                if (Settings.Has(OutputModes.NewLineAddsReturn))
                {
                    _column = 0;
                    _lineColumn = 0;
                    to[0] = (byte)'\r';
                    to[1] = (byte)'\n';
                    return 2;
                }

                _lineColumn = _column;
                break;
            case (byte)'\r':
                if (Settings.Has(OutputModes.NoReturnAtStart) && _column == 0)
                {
                    return 0;
                }

                if (Settings.Has(OutputModes.ReturnToNewLine))
                {
                    value = (byte)'\n';
                    if (!Settings.Has(OutputModes.NewLineReturns))
                    {
                        break;
                    }
                }

                _column = 0;
                _lineColumn = 0;
                break;
            case (byte)'\t':
                int blanks = TabColumns - (_column % TabColumns);
                _column += blanks;
                if ((Settings.Output & OutputModes.ExpandTabs) == OutputModes.ExpandTabs)
                {
                    to[..blanks].Fill((byte)' ');
                    return blanks;
                }

                break;
            case (byte)'\b':
                MoveBack();
                break;
            case >= 0x20:
                if (Settings.Has(OutputModes.ToUpper) && value is >= (byte)'a' and <= (byte)'z')
                {
                    value -= 0x20;
                }

                Advance([value]);
                break;
        }

        to[0] = value;
        return 1;
    }
}
