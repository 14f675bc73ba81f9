-- The desk's own table: orders as their customers see them.
create table customer_order (
  order_id text primary key,
  customer text not null,
  status text not null
);
-- The warehouse's own tables: what it has, and what it keeps for whom.
create table product (
  name text primary key,
  available int not null check (available >= 0)
);
create table reservation (
  order_id text primary key,
  product text not null references product,
  quantity int not null
);
