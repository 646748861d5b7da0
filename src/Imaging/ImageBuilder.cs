using System;

namespace Mote.Imaging;

/// <summary>Builds machine images.</summary>
public sealed class ImageBuilder(IBuildProgress progress)
{
    /// <summary>Builds the image into <paramref name="outputFolder"/>, which is created or, when it is an image already, replaced.</summary>
    /// <exception cref="ImageException">The program cannot become an image; the message is for the user.</exception>
    public MachineImage Build(ImageRequest request, string outputFolder)
    {
        progress.Step("Building");
        throw new NotImplementedException();
    }

    /// <summary>
    /// The image of a request out of the cache, built when it is missing or when one of its inputs has changed. Arguments, environment and working directory
    /// do not make a new image. A request for an image folder opens that folder.
    /// </summary>
    /// <exception cref="ImageException">The program cannot become an image; the message is for the user.</exception>
    public MachineImage BuildCached(ImageRequest request, string cacheRoot)
    {
        progress.Step("Building");
        throw new NotImplementedException();
    }
}
