using System.Collections.Generic;
using Mote.Imaging;

namespace Mote.Tests.Unit.Imaging;

/// <summary>Keeps what the builder says.</summary>
internal sealed class RecordingProgress : IBuildProgress
{
    public List<string> Steps { get; } = [];

    public List<string> Warnings { get; } = [];

    public void Step(string text) => Steps.Add(text);

    public void Detail(string text)
    {
    }

    public void Warning(string text) => Warnings.Add(text);
}
