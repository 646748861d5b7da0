using System;
using System.Collections.Generic;
using System.Text;

namespace Mote.Kernel.Processes;

/// <summary>
/// What the kernel command line says about the program: words <c>key=value</c> separated by blanks, values percent-encoded
/// (RFC 3986, 2.1). Words it does not know belong to others, such as QEMU's <c>virtio_mmio.device=</c>.
/// </summary>
public sealed partial class KernelCommandLine
{
    private const int MostPciDevices = 32;

    private readonly List<byte[]> _arguments = [];
    private readonly List<byte[]> _environment = [];

    /// <summary>Path of the program in the image (mote.exec); empty when the word is missing.</summary>
    public byte[] Program { get; private set; } = [];

    /// <summary>argv, the program's name first (mote.arg, once each).</summary>
    public IReadOnlyList<byte[]> Arguments => _arguments;

    /// <summary>Environment as NAME=value (mote.env, once each).</summary>
    public IReadOnlyList<byte[]> Environment => _environment;

    /// <summary>Working directory (mote.cwd).</summary>
    public byte[] WorkingDirectory { get; private set; } = "/"u8.ToArray();

    /// <summary>Wall clock at start in nanoseconds since 1970 (mote.time); zero when unknown.</summary>
    public ulong WallClockNs { get; private set; }

    /// <summary>The tool answers when it is asked for the time (mote.time.ask), which is nearer than <see cref="WallClockNs"/> by as long as the machine takes to start.</summary>
    public bool AsksForTime { get; private set; }

    /// <summary>Trace system calls (mote.strace).</summary>
    public bool IsTracing { get; private set; }

    /// <summary>Count system calls and send a report at the end (mote.report).</summary>
    public bool IsReporting { get; private set; }

    /// <summary>Send the kernel's log to the control channel (mote.verbose).</summary>
    public bool IsVerbose { get; private set; }

    /// <summary>Lead tools of the host to the program's diagnostic socket (mote.diagnostics).</summary>
    public bool HasDiagnostics { get; private set; }

    /// <summary>Send the tool the core of a program that ends by a signal (mote.core).</summary>
    public bool TakesCores { get; private set; }

    /// <summary>An attack of the kernel on itself, for tests (mote.attack); empty for none.</summary>
    public byte[] Attack { get; private set; } = [];

    /// <summary>How the network card is set up (mote.net); empty when the word is missing.</summary>
    public byte[] Network { get; private set; } = [];

    /// <summary>Further words are in a file of the VMM's (mote.config=fw_cfg), which other users of the host cannot read as they can a process's arguments.</summary>
    public bool HasConfigFile { get; private set; }

    /// <summary>
    /// The highest number of a device on PCI bus 0, where whoever made the machine says so (mote.pci): each that is looked for is an exit
    /// to the hypervisor.
    /// </summary>
    public int LastPciDevice { get; private set; } = MostPciDevices - 1;

    /// <summary>Words that begin with <c>mote.</c> and mean nothing to this kernel.</summary>
    public List<string> Unknown { get; } = [];

    /// <summary>
    /// The program's streams are the serial port, though there is a virtio console (console=ttyS0): of VMMs other than the tool's.
    /// </summary>
    public bool PrefersSerial { get; private set; }

    /// <summary>Reads a command line. A malformed escape stands for itself.</summary>
    public static KernelCommandLine Parse(ReadOnlySpan<byte> text)
    {
        KernelCommandLine result = new();
        result.Add(text);
        return result;
    }

    /// <summary>Reads further words.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            int end = text.IndexOfAny((byte)' ', (byte)'\t', (byte)'\n');
            ReadOnlySpan<byte> word = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (!word.IsEmpty)
            {
                int equals = word.IndexOf((byte)'=');
                Take(equals < 0 ? word : word[..equals], equals < 0 ? default : word[(equals + 1)..]);
            }
        }
    }

    private void Take(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("mote.exec"u8))
        {
            Program = Decode(value);
        }
        else if (key.SequenceEqual("mote.arg"u8))
        {
            _arguments.Add(Decode(value));
        }
        else if (key.SequenceEqual("mote.env"u8))
        {
            _environment.Add(Decode(value));
        }
        else if (key.SequenceEqual("mote.cwd"u8))
        {
            WorkingDirectory = Decode(value);
        }
        else if (key.SequenceEqual("mote.time"u8))
        {
            WallClockNs = ParseDecimal(value);
        }
        else if (key.SequenceEqual("mote.time.ask"u8))
        {
            AsksForTime = true;
        }
        else if (key.SequenceEqual("mote.config"u8))
        {
            HasConfigFile = value.SequenceEqual("fw_cfg"u8);
        }
        else if (key.SequenceEqual("mote.net"u8))
        {
            Network = Decode(value);
        }
        else if (key.SequenceEqual("mote.pci"u8))
        {
            LastPciDevice = (int)Math.Min(ParseDecimal(value), MostPciDevices - 1);
        }
        else if (key.SequenceEqual("mote.strace"u8))
        {
            IsTracing = true;
        }
        else if (key.SequenceEqual("mote.report"u8))
        {
            IsReporting = true;
        }
        else if (key.SequenceEqual("mote.verbose"u8))
        {
            IsVerbose = true;
        }
        else if (key.SequenceEqual("mote.diagnostics"u8))
        {
            HasDiagnostics = true;
        }
        else if (key.SequenceEqual("mote.core"u8))
        {
            TakesCores = true;
        }
        else if (key.SequenceEqual("console"u8))
        {
            PrefersSerial = value.StartsWith("ttyS"u8); // the last word counts, as on Linux
        }
        else if (key.SequenceEqual("mote.attack"u8))
        {
            Attack = Decode(value);
        }
        else if (key.StartsWith("mote."u8) && !TakeHeap(key, value) && !TakeTerminal(key, value))
        {
            Unknown.Add(Encoding.UTF8.GetString(key));
        }
    }

    private static ulong ParseDecimal(ReadOnlySpan<byte> text)
    {
        ulong value = 0;
        foreach (byte digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                break;
            }

            value = unchecked((value * 10) + (ulong)(digit - '0'));
        }

        return value;
    }

    private static byte[] Decode(ReadOnlySpan<byte> text)
    {
        byte[] result = new byte[text.Length];
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == (byte)'%' && i + 2 < text.Length && HexValue(text[i + 1]) is >= 0 and int high && HexValue(text[i + 2]) is >= 0 and int low)
            {
                result[length++] = (byte)((high << 4) | low);
                i += 2;
            }
            else
            {
                result[length++] = text[i];
            }
        }

        return result[..length];
    }

    private static int HexValue(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        _ => -1,
    };
}
