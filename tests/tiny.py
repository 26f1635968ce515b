"""A real, tiny model with prompts, without normalisation, and with weights from a die."""

from pathlib import Path

from chatbot.encoding.models import find_model


def tiny_model(folder: Path, seed: int = 0) -> Path:
    """Written into `folder`; the folder of the model is returned."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import AutoTokenizer, BertConfig, BertModel

    torch.manual_seed(seed)
    bert, whole = folder / "bert", folder / "model"
    tokenizer = AutoTokenizer.from_pretrained(find_model("base").folder)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        initializer_range=0.5,
    )  # fmt: skip
    BertModel(config).save_pretrained(bert)
    tokenizer.save_pretrained(bert)
    transformer = Transformer(str(bert), max_seq_length=48)
    pooling = Pooling(transformer.get_embedding_dimension(), "mean")
    SentenceTransformer(
        modules=[transformer, pooling], prompts={"query": "query: ", "document": "about "}, device="cpu"
    ).save_pretrained(str(whole))
    return whole
