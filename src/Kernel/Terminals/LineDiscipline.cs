using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Terminals;

/// <summary>
/// What a terminal does with its input (POSIX, XBD 11; the behaviour is that of Linux's N_TTY): signals, flow control, translation, line editing, echo, and a buffer of
/// lines or bytes for readers. The parts are: input, editing, echo, reading.
/// </summary>
public sealed partial class LineDiscipline
{
    private const int BufferBytes = 4096;

    private readonly Terminal _terminal;
    private readonly TerminalOutput _output;
    private readonly byte[] _bytes = new byte[BufferBytes];
    private readonly bool[] _endsLine = new bool[BufferBytes];

    // Counts of bytes since the start: written, read, and written up to the end of the last whole line.
    private long _head;
    private long _tail;
    private long _lineEnd;
    private bool _isErasing;
    private bool _isLiteralNext;

    internal LineDiscipline(Terminal terminal, TerminalOutput output)
    {
        _terminal = terminal;
        _output = output;
    }

    /// <summary>Bytes of a line without end that were lost since this was last set to zero.</summary>
    internal long LostBytes { get; set; }

    private TerminalSettings Settings => _terminal.Settings;

    /// <summary>Takes bytes that come in; returns how many. Fewer when readers must first make room. Beyond the buffer's end, a line without end loses bytes instead.</summary>
    internal int Receive(ReadOnlySpan<byte> input)
    {
        int done = 0;
        while (done < input.Length)
        {
            long room = BufferBytes - (_head - _tail) - 1;
            if (room <= 0)
            {
                if (!Settings.Has(LocalModes.Canonical) || _lineEnd != _tail)
                {
                    break;
                }

                if (room < 0)
                {
                    _head--;
                    LostBytes++;
                }
            }

            Take(input[done++]);
        }

        _output.Push();
        if (IsReadable)
        {
            _terminal.Changed.WakeAll((uint)PollEvents.Readable);
        }

        return done;
    }

    /// <summary>Drops what has come and was not read.</summary>
    internal void Discard()
    {
        _head = 0;
        _tail = 0;
        _lineEnd = 0;
        _isErasing = false;
        _isLiteralNext = false;
        Array.Clear(_endsLine);
    }

    /// <summary>The settings have changed: what lies in the buffer becomes one line, or stops being lines.</summary>
    internal void OnModesChanged(LocalModes before)
    {
        if (((before ^ Settings.Local) & LocalModes.Canonical) == 0)
        {
            return;
        }

        Array.Clear(_endsLine);
        if (Settings.Has(LocalModes.Canonical) && _head != _tail)
        {
            _endsLine[Index(_head - 1)] = true;
            _lineEnd = _head;
        }
        else
        {
            _lineEnd = _tail;
        }

        _isErasing = false;
        _isLiteralNext = false;
    }

    private static int Index(long position) => (int)(position & (BufferBytes - 1));

    private void Take(byte input)
    {
        if (Settings.Has(InputModes.Strip))
        {
            input &= 0x7f;
        }

        if (Settings.Has(InputModes.ToLower) && Settings.Has(LocalModes.Extended) && input is >= (byte)'A' and <= (byte)'Z')
        {
            input |= 0x20;
        }

        if (_isLiteralNext)
        {
            _isLiteralNext = false;
            StartOutputForAny();
            TakeOrdinary(input);
            return;
        }

        if (TryControlFlow(input) || TrySignal(input))
        {
            return;
        }

        StartOutputForAny();
        if (input == (byte)'\r')
        {
            if (Settings.Has(InputModes.IgnoreReturn))
            {
                return;
            }

            input = Settings.Has(InputModes.ReturnToNewLine) ? (byte)'\n' : input;
        }
        else if (input == (byte)'\n' && Settings.Has(InputModes.NewLineToReturn))
        {
            input = (byte)'\r';
        }

        if (!Settings.Has(LocalModes.Canonical) || !TryEdit(input))
        {
            TakeOrdinary(input);
        }
    }

    private bool TryControlFlow(byte input)
    {
        if (!Settings.Has(InputModes.OutputFlow))
        {
            return false;
        }

        if (Settings.Is(input, ControlCharacter.Start))
        {
            _terminal.StartOutput();
            return true;
        }

        if (Settings.Is(input, ControlCharacter.Stop))
        {
            _terminal.StopOutput();
            return true;
        }

        return false;
    }

    private bool TrySignal(byte input)
    {
        if (!Settings.Has(LocalModes.Signals))
        {
            return false;
        }

        Signal signal = Settings.Is(input, ControlCharacter.Interrupt) ? Signal.SIGINT
            : Settings.Is(input, ControlCharacter.Quit) ? Signal.SIGQUIT
            : Settings.Is(input, ControlCharacter.Suspend) ? Signal.SIGTSTP
            : Signal.None;
        if (signal == Signal.None)
        {
            return false;
        }

        if (!Settings.Has(LocalModes.NoFlush))
        {
            _output.Discard();
            Discard();
            _terminal.OnFlushed(PacketEvents.FlushedRead | PacketEvents.FlushedWrite);
        }

        _terminal.SignalForeground(signal);
        if (Settings.Has(InputModes.OutputFlow))
        {
            _terminal.StartOutput();
        }

        if (Settings.Has(LocalModes.Echo))
        {
            EchoCharacter(input);
        }

        return true;
    }

    private void StartOutputForAny()
    {
        if (_terminal.IsOutputStopped && Settings.Has(InputModes.OutputFlow) && Settings.Has(InputModes.AnyStarts))
        {
            _terminal.StartOutput();
        }
    }

    private void TakeOrdinary(byte input)
    {
        if (Settings.Has(LocalModes.Echo))
        {
            FinishErasing();
            if (_head == _lineEnd)
            {
                _output.MarkLineStart();
            }

            EchoCharacter(input);
        }

        if (input == 0xff && Settings.Has(InputModes.MarkParityErrors))
        {
            Store(input);
        }

        Store(input);
    }

    private void Store(byte value)
    {
        int index = Index(_head++);
        _bytes[index] = value;
        _endsLine[index] = false;
    }
}
