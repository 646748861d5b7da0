using System;

namespace Mote.Cli.Cores;

/// <summary>A core that this process writes to a file, which is made when the first bytes come.</summary>
/// <param name="path">Where.</param>
/// <param name="onEnd">Told when it is whole, with <c>null</c>, or why it is not.</param>
internal sealed class CoreFileTarget(string path, Action<string?> onEnd) : CoreTarget
{
    private CoreFile? _file;

    private CoreFile File => _file ??= new CoreFile(path);

    public override void Put(ReadOnlySpan<byte> bytes) => File.Put(bytes);

    public override void Skip(long bytes) => File.Skip(bytes);

    public override void Finish()
    {
        File.Finish();
        File.Dispose();
        onEnd(null);
    }

    public override void Fail(string why)
    {
        _file?.Dispose();
        onEnd(why);
    }
}
