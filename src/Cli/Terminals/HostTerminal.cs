using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Threading;

namespace Mote.Cli.Terminals;

/// <summary>
/// The host's terminal on the tool's standard input, which is raw while the machine has it: every byte goes to the guest, whose own terminal knows what it means. It is set
/// back when the tool ends, however it does, short of SIGKILL. Calls termios(3) itself: the class library's console would keep the signals of the keyboard.
/// </summary>
internal sealed class HostTerminal : IDisposable
{
    private const int Input = 0;
    private const int Output = 1;
    private const int Error = 2;

    /// <summary>TCSADRAIN: after the output has gone.</summary>
    private const int AfterOutput = 1;

    private const uint GetWindowSize = 0x5413;

    /// <summary>More than any C library's struct termios.</summary>
    private const int TermiosBytes = 128;

    private readonly byte[] _before = new byte[TermiosBytes];
    private readonly bool _isTerminal = isatty(Input) == 1;
    private readonly Lock _lock = new();
    private bool _isRaw;

    public HostTerminal()
    {
        if (_isTerminal && tcgetattr(Input, _before) != 0)
        {
            _isTerminal = false;
        }

        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    /// <summary>Whether the program's streams are a terminal unless the user says otherwise: standard input and output are one.</summary>
    public static bool IsPresent => isatty(Input) == 1 && isatty(Output) == 1;

    /// <summary>The window's size: of output's terminal, or input's; 24 by 80 where there is none.</summary>
    public static (ushort Rows, ushort Columns) Size
    {
        get
        {
            byte[] size = new byte[8];
            foreach (int descriptor in (int[])[Output, Input])
            {
                if (ioctl(descriptor, GetWindowSize, size) == 0)
                {
                    return (BinaryPrimitives.ReadUInt16LittleEndian(size), BinaryPrimitives.ReadUInt16LittleEndian(size.AsSpan(2)));
                }
            }

            return (24, 80);
        }
    }

    /// <summary>Takes the terminal for the machine. In the background of a shell this stops the tool (SIGTTOU) until it is in the foreground.</summary>
    public void MakeRaw()
    {
        lock (_lock)
        {
            if (!_isTerminal || _isRaw)
            {
                return;
            }

            byte[] raw = (byte[])_before.Clone();
            cfmakeraw(raw);
            _isRaw = tcsetattr(Input, AfterOutput, raw) == 0;
            HostOutput.StandardError.LineEnd = _isRaw && isatty(Error) == 1 ? "\r\n" : "\n";
        }
    }

    /// <summary>Gives the terminal back as it was.</summary>
    public void Restore()
    {
        lock (_lock)
        {
            if (_isRaw)
            {
                _isRaw = false;
                HostOutput.StandardError.LineEnd = "\n";
                _ = tcsetattr(Input, AfterOutput, _before); // when the terminal is gone, so are its settings
            }
        }
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        Restore();
    }

    private void OnProcessExit(object? sender, EventArgs e) => Restore();

    [DllImport("libc")]
    private static safe extern int isatty(int descriptor);

    [DllImport("libc")]
    private static safe extern int tcgetattr(int descriptor, byte[] settings);

    [DllImport("libc")]
    private static safe extern int tcsetattr(int descriptor, int when, byte[] settings);

    [DllImport("libc")]
    private static safe extern void cfmakeraw(byte[] settings);

    [DllImport("libc")]
    private static safe extern int ioctl(int descriptor, nuint request, byte[] argument);
}
