// SPDX-License-Identifier: MIT
namespace LbEngine.Files;

/// <summary>A file is not what it was named for: no regular file, too large, or of another kind. Nothing was changed.</summary>
public sealed class RefusedFileException : IOException
{
    /// <summary>Refuses a file.</summary>
    public RefusedFileException()
        : this("the file is refused")
    {
    }

    /// <summary>Refuses a file.</summary>
    /// <param name="message">What it is, and what to name instead.</param>
    public RefusedFileException(string message)
        : base(message)
    {
    }

    /// <summary>Refuses a file.</summary>
    /// <param name="message">What it is, and what to name instead.</param>
    /// <param name="innerException">How that was found.</param>
    public RefusedFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
