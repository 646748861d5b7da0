using System;
using Mote.Imaging;

namespace Mote.Cli;

/// <summary>Shows what the image builder does, on standard error. Nothing is shown when nothing is built.</summary>
internal sealed class BuildProgress(bool verbose) : IBuildProgress, IDisposable
{
    public void Step(string text) => Report.Line("mote: " + text);

    public void Detail(string text)
    {
        if (verbose)
        {
            Report.Line("mote:   " + text);
        }
    }

    public void Warning(string text) => Report.Warning(text);

    public void Dispose()
    {
    }
}
