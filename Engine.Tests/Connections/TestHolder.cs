// SPDX-License-Identifier: MIT
using LbEngine.Connections;

namespace LbEngine.Tests.Connections;

/// <summary>Holds clients that are inspected. What another asks of it waits until <see cref="CatchUp"/>.</summary>
internal sealed class TestHolder : IInspectionHolder
{
    private readonly Queue<InspectedClients> _asked = new();
    private readonly Action<Connection>? _end;

    public TestHolder(Action<Connection>? end = null) => _end = end;

    public bool IsOneThread => true;

    /// <summary>Whom it has ended, in that order.</summary>
    public List<Connection> Ended { get; } = [];

    public void MakeRoom(InspectedClients clients, bool isHolder)
    {
        if (isHolder)
        {
            End(clients);
        }
        else
        {
            _asked.Enqueue(clients);
        }
    }

    public void CatchUp()
    {
        while (_asked.TryDequeue(out InspectedClients? clients))
        {
            End(clients);
        }
    }

    private void End(InspectedClients clients)
    {
        while (clients.TryTakeAsked(out Connection? client, out _))
        {
            if (_end is null)
            {
                Ended.Add(client);
            }
            else
            {
                _end(client);
            }
        }
    }
}
