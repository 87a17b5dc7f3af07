// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Model;

/// <summary>Something is not as the plain model says; tells what was done until then.</summary>
internal sealed class ModelFailedException : Exception
{
    public ModelFailedException(string message, IEnumerable<string> done, Exception innerException)
        : base($"{message}\nAfter:\n{string.Join('\n', done)}", innerException)
    {
    }
}
