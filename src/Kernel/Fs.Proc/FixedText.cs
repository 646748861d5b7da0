namespace Mote.Kernel.Fs.Proc;

/// <summary>A text that never changes.</summary>
internal sealed class FixedText(string text) : TextSource
{
    public override void Write(ByteText output) => output.Add(text);
}
