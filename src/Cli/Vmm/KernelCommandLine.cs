using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Mote.Cli.Vmm;

/// <summary>
/// Writes the kernel's command line: words <c>key=value</c> apart by spaces, every byte of a value outside <c>A-Za-z0-9/._,:@+-</c> as <c>%XX</c> of its UTF-8.
/// </summary>
internal sealed class KernelCommandLine
{
    private const string Plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._,:@+-";

    private readonly StringBuilder _text = new();

    /// <summary>Path of the executable inside the image.</summary>
    public KernelCommandLine Executable(string path) => Word("mote.exec", path);

    /// <summary>The whole argv, argv[0] first.</summary>
    public KernelCommandLine Arguments(IEnumerable<string> arguments)
    {
        foreach (string argument in arguments)
        {
            Word("mote.arg", argument);
        }

        return this;
    }

    public KernelCommandLine Environment(IEnumerable<KeyValuePair<string, string>> variables)
    {
        foreach ((string name, string value) in variables)
        {
            Word("mote.env", name + "=" + value);
        }

        return this;
    }

    public KernelCommandLine WorkingDirectory(string path) => Word("mote.cwd", path);

    /// <summary>Wall clock at the start, nanoseconds since 1970 UTC.</summary>
    public KernelCommandLine WallClock(long unixNs) => Word("mote.time", unixNs.ToString(CultureInfo.InvariantCulture));

    /// <summary>The kernel asks the tool for the time, which is later than <see cref="WallClock"/>'s by as long as it takes to start.</summary>
    public KernelCommandLine AskForTime() => Flag("mote.time.ask");

    /// <summary>The program's streams are a terminal of this size.</summary>
    public KernelCommandLine Terminal(ushort rows, ushort columns) => Word("mote.tty", string.Create(CultureInfo.InvariantCulture, $"{rows}x{columns}"));

    /// <summary>The card's addresses, or "dhcp": <c>ip=10.0.5.2/24,gw=10.0.5.1,dns=10.0.5.1</c>.</summary>
    public KernelCommandLine Network(string words) => Word("mote.net", words);

    /// <summary>A word without a value, such as <c>mote.strace</c>.</summary>
    public KernelCommandLine Flag(string name)
    {
        Separate();
        _text.Append(name);
        return this;
    }

    public override string ToString() => _text.ToString();

    private KernelCommandLine Word(string key, string value)
    {
        Separate();
        _text.Append(key).Append('=');
        foreach (byte b in Encoding.UTF8.GetBytes(value))
        {
            if (Plain.Contains((char)b))
            {
                _text.Append((char)b);
            }
            else
            {
                _text.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
            }
        }

        return this;
    }

    private void Separate()
    {
        if (_text.Length > 0)
        {
            _text.Append(' ');
        }
    }
}
