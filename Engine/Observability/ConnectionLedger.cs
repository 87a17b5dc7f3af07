// SPDX-License-Identifier: MIT
namespace LbEngine.Observability;

/// <summary>Where every end and every refusal is written down, once. Whoever else wants the record is one more sink.</summary>
internal sealed class ConnectionLedger : IConnectionSink
{
    private readonly IConnectionSink[] _sinks;

    public ConnectionLedger(params ReadOnlySpan<IConnectionSink> sinks) => _sinks = sinks.ToArray();

    public void Write(in ClosedConnection closed)
    {
        foreach (IConnectionSink sink in _sinks)
        {
            sink.Write(closed);
        }
    }
}
