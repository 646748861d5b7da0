namespace Mote.Imaging;

/// <summary>Hears what the builder does. Called on the thread that builds; nothing is called when the image is up to date.</summary>
public interface IBuildProgress
{
    /// <summary>A new step has begun; the text is a short line such as "Publishing Hello (NativeAOT)".</summary>
    void Step(string text);

    /// <summary>A detail of the current step, for verbose output.</summary>
    void Detail(string text);

    /// <summary>Something the user should know although the build goes on.</summary>
    void Warning(string text);
}
