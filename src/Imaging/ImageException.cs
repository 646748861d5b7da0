using System;

namespace Mote.Imaging;

/// <summary>An image cannot be built or opened. The message is the whole text for the user: what is wrong, where, and what to do.</summary>
public sealed class ImageException : Exception
{
    public ImageException(string message)
        : base(message)
    {
    }

    public ImageException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
