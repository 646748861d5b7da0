using Mote.Abi.Linux;

namespace Mote.Kernel.Terminals;

/// <summary>What termios(3) sets of a terminal. The other part of this type reads and writes the structures that programs use.</summary>
public sealed partial class TerminalSettings
{
    /// <summary>_POSIX_VDISABLE: a control character that no input matches.</summary>
    internal const byte Disabled = 0;

    private readonly byte[] _characters = new byte[(int)ControlCharacter.Count];

    /// <summary>The settings of a new terminal (Linux: tty_std_termios).</summary>
    public TerminalSettings()
    {
        // ^C ^\ ^? ^U ^D, one byte at a time, ^Q ^S ^Z ^R ^O ^W ^V
        byte[] usual = [3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0, 0, 0];
        usual.CopyTo(_characters, 0);
    }

    public InputModes Input { get; set; } = InputModes.ReturnToNewLine | InputModes.OutputFlow;

    public OutputModes Output { get; set; } = OutputModes.Process | OutputModes.NewLineAddsReturn;

    public ControlModes Control { get; set; } = ControlModes.Speed38400 | ControlModes.EightBits | ControlModes.Receive;

    public LocalModes Local { get; set; } = LocalModes.Signals | LocalModes.Canonical | LocalModes.Echo | LocalModes.EchoErase | LocalModes.EchoKill | LocalModes.EchoControl
        | LocalModes.EchoKillErase | LocalModes.Extended;

    public uint InputSpeed { get; private set; } = 38400;

    public uint OutputSpeed { get; private set; } = 38400;

    /// <summary>c_line: kept, means nothing.</summary>
    public byte Line { get; private set; }

    public byte this[ControlCharacter place]
    {
        get => _characters[(int)place];
        set => _characters[(int)place] = value;
    }

    public bool Has(InputModes mode) => (Input & mode) != 0;

    public bool Has(OutputModes mode) => (Output & mode) != 0;

    public bool Has(LocalModes mode) => (Local & mode) != 0;

    /// <summary>Whether a byte of input is a control character that is set.</summary>
    internal bool Is(byte input, ControlCharacter place) => input != Disabled && _characters[(int)place] == input;

    internal void CopyFrom(TerminalSettings other)
    {
        Input = other.Input;
        Output = other.Output;
        Control = other.Control;
        Local = other.Local;
        Line = other.Line;
        InputSpeed = other.InputSpeed;
        OutputSpeed = other.OutputSpeed;
        other._characters.CopyTo(_characters, 0);
    }
}
